// Commands to one SDR SDRAM of 16 data bits and four banks: start-up, refresh, and lines of 64 bytes
// out of open rows (docs/architecture/board.md).
//
// A row stays open until another one of its bank is wanted or a refresh closes all. A line is 32
// commands of burst length 1, one a cycle. request_ready_o is high in the cycle of the last one; the
// request stays until then. A write's words are asked for in the cycle of their command; a read's
// words come in order, one a cycle, some cycles after theirs, and cannot be held up.
//
// All pins come from registers that feed nothing else, but DQ's direction, which has a cycle more: so
// they can be the flip-flops of the pins. The SDRAM's clock is late by a part of a cycle: what is on the pins
// in cycle c is taken at its edge in c, and a read's word is there at the end of c + CAS_LATENCY - 1
// (+ READ_DELAY for boards and clocks that need longer).
`default_nettype none
module sdram_commands #(
  parameter int unsigned CLOCK_KHZ = 25_000,
  parameter int unsigned CAS_LATENCY = 2,
  parameter int unsigned READ_DELAY = 0,
  parameter int unsigned T_RCD_NS = 20,
  parameter int unsigned T_RP_NS = 20,
  parameter int unsigned T_RC_NS = 70,
  parameter int unsigned T_RAS_NS = 45,
  parameter int unsigned T_RFC_NS = 70,
  parameter int unsigned T_RRD_NS = 15,
  parameter int unsigned T_WR_NS = 15,
  parameter int unsigned T_REFI_NS = 7_800,
  parameter int unsigned T_INIT_NS = 200_000,
  parameter int unsigned ROW_BITS = 13,
  parameter int unsigned COLUMN_BITS = 9,
  parameter int unsigned LINE_BITS = ROW_BITS + 2 + COLUMN_BITS - 5
) (
  input logic clk_i,
  input logic rst_ni,

  // From and to sdram_controller
  output logic initialized_o,
  input logic request_valid_i,
  output logic request_ready_o,
  input logic request_write_i,
  input logic [LINE_BITS-1:0] request_line_i,
  output logic [4:0] word_o,
  input logic [15:0] write_data_i,
  input logic [1:0] write_strobe_i,
  output logic read_valid_o,
  output logic [15:0] read_data_o,

  // To and from the SDRAM
  output logic sdram_cke_o,
  output logic sdram_cs_no,
  output logic sdram_ras_no,
  output logic sdram_cas_no,
  output logic sdram_we_no,
  output logic [1:0] sdram_ba_o,
  output logic [ROW_BITS-1:0] sdram_a_o,
  output logic [1:0] sdram_dqm_o,
  output logic [15:0] sdram_dq_o,
  output logic sdram_dq_oe_o,
  input logic [15:0] sdram_dq_i
);

  // Clock cycles that are not shorter than a time.
  function automatic int unsigned cycles(input int unsigned nanoseconds);
    cycles = 32'((64'(nanoseconds) * 64'(CLOCK_KHZ) + 64'd999_999) / 64'd1_000_000);
    if (cycles == 0) cycles = 1;
  endfunction

  localparam int unsigned T_RCD = cycles(T_RCD_NS);
  localparam int unsigned T_RP = cycles(T_RP_NS);
  localparam int unsigned T_RC = cycles(T_RC_NS);
  localparam int unsigned T_RAS = cycles(T_RAS_NS);
  localparam int unsigned T_RFC = cycles(T_RFC_NS);
  localparam int unsigned T_RRD = cycles(T_RRD_NS);
  localparam int unsigned T_WR = cycles(T_WR_NS);
  localparam int unsigned T_MRD = 2;
  localparam int unsigned T_INIT = cycles(T_INIT_NS);
  // A refresh is late by the line in transfer at most; the interval is an average.
  localparam int unsigned T_REFI = cycles(T_REFI_NS) - 1;
  // Until nobody has driven DQ for a cycle behind the last read's word. It is driven from the cycle
  // before the first WRITE.
  localparam int unsigned T_TURN = CAS_LATENCY + READ_DELAY + 2;
  localparam int unsigned INIT_REFRESHES = 8;
  localparam int unsigned REFRESH_BITS = $clog2(T_REFI + 1);
  localparam int unsigned WAIT_BITS = $clog2(T_INIT + 1);
  localparam int unsigned TIMER_BITS = $clog2(T_RC + T_TURN + 1);
  localparam int unsigned READ_PIPE = CAS_LATENCY + READ_DELAY + 1;

  // {RAS_N, CAS_N, WE_N}
  localparam logic [2:0] COMMAND_MODE = 3'b000;
  localparam logic [2:0] COMMAND_REFRESH = 3'b001;
  localparam logic [2:0] COMMAND_PRECHARGE = 3'b010;
  localparam logic [2:0] COMMAND_ACTIVATE = 3'b011;
  localparam logic [2:0] COMMAND_WRITE = 3'b100;
  localparam logic [2:0] COMMAND_READ = 3'b101;
  localparam logic [2:0] COMMAND_NONE = 3'b111;
  // Burst length 1, sequential.
  localparam logic [ROW_BITS-1:0] MODE = ROW_BITS'({3'(CAS_LATENCY), 4'b0000});
  localparam logic [ROW_BITS-1:0] ALL_BANKS = ROW_BITS'(1) << 10;

  typedef enum logic [2:0] {
    START,
    START_REFRESH,
    START_MODE,
    IDLE,
    REFRESH,
    TRANSFER
  } state_e;

  state_e state_d, state_q;
  logic [WAIT_BITS-1:0] wait_d, wait_q;  // cycles without a command
  logic [3:0] start_refreshes_d, start_refreshes_q;
  logic [REFRESH_BITS-1:0] refresh_d, refresh_q;
  logic refresh_due_d, refresh_due_q;
  logic [3:0] open_d, open_q;
  logic [4*ROW_BITS-1:0] rows_d, rows_q;
  // Cycles until a bank may be precharged, and activated; until any bank may.
  logic [4*TIMER_BITS-1:0] ras_d, ras_q, rc_d, rc_q;
  logic [TIMER_BITS-1:0] rrd_d, rrd_q, write_recovery_d, write_recovery_q, turn_d, turn_q;
  logic [4:0] word_d, word_q;
  logic [READ_PIPE-1:0] read_pipe_d, read_pipe_q;

  logic [2:0] command_d;
  logic [1:0] bank_d, mask_d;
  logic [ROW_BITS-1:0] address_d;
  logic drive_d, drive_q;
  (* syn_useioff *) logic [2:0] command_q;
  (* syn_useioff *) logic [1:0] bank_q, mask_q;
  (* syn_useioff *) logic [ROW_BITS-1:0] address_q;
  (* syn_useioff *) logic [15:0] data_q, captured_q;

  logic [ROW_BITS-1:0] row;
  logic [1:0] bank;
  logic [COLUMN_BITS-6:0] line_in_row;
  logic hit, may_precharge, may_activate, all_may_precharge, read, last_word;

  assign {row, bank, line_in_row} = request_line_i;

  // Each bank by a constant index: a variable one would be multiplied by the width.
  always_comb begin : of_bank
    hit = 1'b0;
    may_precharge = 1'b0;
    may_activate = 1'b0;
    for (int b = 0; b < 4; b++) begin
      if (bank == 2'(b)) begin
        hit = open_q[b] && rows_q[ROW_BITS*b+:ROW_BITS] == row;
        may_precharge = ras_q[TIMER_BITS*b+:TIMER_BITS] == '0 && write_recovery_q == '0;
        may_activate = rc_q[TIMER_BITS*b+:TIMER_BITS] == '0 && rrd_q == '0;
      end
    end
  end

  assign all_may_precharge = ras_q == '0 && write_recovery_q == '0;
  assign last_word = word_q == '1;
  assign word_o = word_q;

  always_comb begin : next
    state_d = state_q;
    wait_d = (wait_q == '0) ? '0 : wait_q - WAIT_BITS'(1);
    start_refreshes_d = start_refreshes_q;
    refresh_d = (refresh_q == '0) ? REFRESH_BITS'(T_REFI) : refresh_q - REFRESH_BITS'(1);
    refresh_due_d = refresh_due_q || refresh_q == '0;
    open_d = open_q;
    rows_d = rows_q;
    for (int b = 0; b < 4; b++) begin
      ras_d[TIMER_BITS*b+:TIMER_BITS] = (ras_q[TIMER_BITS*b+:TIMER_BITS] == '0) ? '0
          : ras_q[TIMER_BITS*b+:TIMER_BITS] - TIMER_BITS'(1);
      rc_d[TIMER_BITS*b+:TIMER_BITS] = (rc_q[TIMER_BITS*b+:TIMER_BITS] == '0) ? '0
          : rc_q[TIMER_BITS*b+:TIMER_BITS] - TIMER_BITS'(1);
    end
    rrd_d = (rrd_q == '0) ? '0 : rrd_q - TIMER_BITS'(1);
    write_recovery_d = (write_recovery_q == '0) ? '0 : write_recovery_q - TIMER_BITS'(1);
    turn_d = (turn_q == '0) ? '0 : turn_q - TIMER_BITS'(1);
    word_d = word_q;
    request_ready_o = 1'b0;
    read = 1'b0;
    command_d = COMMAND_NONE;
    // Without a command they mean nothing.
    bank_d = bank;
    address_d = row;
    mask_d = '0;
    drive_d = 1'b0;

    if (wait_q == '0) begin
      unique case (state_q)
        START: begin
          command_d = COMMAND_PRECHARGE;
          address_d = ALL_BANKS;
          wait_d = WAIT_BITS'(T_RP - 1);
          state_d = START_REFRESH;
        end
        START_REFRESH: begin
          command_d = COMMAND_REFRESH;
          wait_d = WAIT_BITS'(T_RFC - 1);
          start_refreshes_d = start_refreshes_q + 4'd1;
          if (start_refreshes_q == 4'(INIT_REFRESHES - 1)) state_d = START_MODE;
        end
        START_MODE: begin
          command_d = COMMAND_MODE;
          bank_d = '0;
          address_d = MODE;
          wait_d = WAIT_BITS'(T_MRD - 1);
          state_d = IDLE;
        end
        IDLE: begin
          if (refresh_due_q) begin
            if (open_q == '0) begin
              state_d = REFRESH;
            end else if (all_may_precharge) begin
              command_d = COMMAND_PRECHARGE;
              address_d = ALL_BANKS;
              open_d = '0;
              wait_d = WAIT_BITS'(T_RP - 1);
              state_d = REFRESH;
            end
          end else if (request_valid_i) begin
            if (hit) begin
              if (!request_write_i || turn_q == '0) state_d = TRANSFER;
              drive_d = request_write_i && turn_q == '0;
            end else if (open_q[bank]) begin
              if (may_precharge) begin
                command_d = COMMAND_PRECHARGE;
                address_d = '0;
                open_d[bank] = 1'b0;
                wait_d = WAIT_BITS'(T_RP - 1);
              end
            end else if (may_activate) begin
              command_d = COMMAND_ACTIVATE;
              open_d[bank] = 1'b1;
              for (int b = 0; b < 4; b++) begin
                if (bank == 2'(b)) begin
                  rows_d[ROW_BITS*b+:ROW_BITS] = row;
                  ras_d[TIMER_BITS*b+:TIMER_BITS] = TIMER_BITS'(T_RAS - 1);
                  rc_d[TIMER_BITS*b+:TIMER_BITS] = TIMER_BITS'(T_RC - 1);
                end
              end
              rrd_d = TIMER_BITS'(T_RRD - 1);
              // IDLE itself is one of the cycles.
              wait_d = (T_RCD > 1) ? WAIT_BITS'(T_RCD - 2) : '0;
            end
          end
        end
        REFRESH: begin
          command_d = COMMAND_REFRESH;
          refresh_due_d = refresh_q == '0;
          wait_d = WAIT_BITS'(T_RFC - 1);
          state_d = IDLE;
        end
        TRANSFER: begin
          address_d = ROW_BITS'({line_in_row, word_q});
          word_d = word_q + 5'd1;
          if (request_write_i) begin
            command_d = COMMAND_WRITE;
            mask_d = ~write_strobe_i;
            drive_d = 1'b1;
            write_recovery_d = TIMER_BITS'(T_WR - 1);
          end else begin
            command_d = COMMAND_READ;
            read = 1'b1;
            turn_d = TIMER_BITS'(T_TURN - 1);
          end
          if (last_word) begin
            request_ready_o = 1'b1;
            state_d = IDLE;
          end
        end
        default: state_d = START;
      endcase
    end
    read_pipe_d = READ_PIPE'({read_pipe_q, read});
  end

  always_ff @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni) begin
      state_q <= START;
      wait_q <= WAIT_BITS'(T_INIT);
      start_refreshes_q <= '0;
      refresh_q <= REFRESH_BITS'(T_REFI);
      refresh_due_q <= 1'b0;
      open_q <= '0;
      ras_q <= '0;
      rc_q <= '0;
      rrd_q <= '0;
      write_recovery_q <= '0;
      turn_q <= '0;
      word_q <= '0;
      read_pipe_q <= '0;
      command_q <= COMMAND_NONE;
      mask_q <= '1;
      drive_q <= 1'b0;
    end else begin
      state_q <= state_d;
      wait_q <= wait_d;
      start_refreshes_q <= start_refreshes_d;
      refresh_q <= refresh_d;
      refresh_due_q <= refresh_due_d;
      open_q <= open_d;
      ras_q <= ras_d;
      rc_q <= rc_d;
      rrd_q <= rrd_d;
      write_recovery_q <= write_recovery_d;
      turn_q <= turn_d;
      word_q <= word_d;
      read_pipe_q <= read_pipe_d;
      command_q <= command_d;
      mask_q <= mask_d;
      drive_q <= drive_d;
    end
  end

  always_ff @(posedge clk_i) begin
    rows_q <= rows_d;
    bank_q <= bank_d;
    address_q <= address_d;
    data_q <= write_data_i;
    captured_q <= sdram_dq_i;
  end

  assign initialized_o = state_q == IDLE || state_q == REFRESH || state_q == TRANSFER;
  assign read_valid_o = read_pipe_q[READ_PIPE-1];
  assign read_data_o = captured_q;

  assign sdram_cke_o = 1'b1;
  assign sdram_cs_no = 1'b0;
  assign {sdram_ras_no, sdram_cas_no, sdram_we_no} = command_q;
  assign sdram_ba_o = bank_q;
  assign sdram_a_o = address_q;
  assign sdram_dqm_o = mask_q;
  assign sdram_dq_o = data_q;
  assign sdram_dq_oe_o = drive_q;

endmodule
`default_nettype wire
