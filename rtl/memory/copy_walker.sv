// Goes through the box of a bulk copy: checks its command, then makes a piece a cycle, what of one
// row lies in one line, and sends for the pieces that read.
//
// FREE takes a command, CHECK and RANGE look at it (a cycle each), WALK makes pieces. Addresses are
// those of units of 16 bytes. A piece is registered; in p its page is checked, and it is dropped,
// sent (a tag and the request register are needed) or, if it reads nothing, given to the writer as
// zeros. The next piece is registered in the same cycle.
`default_nettype none
module copy_walker (
  input logic clk_i,
  input logic rst_ni,
  input logic start_i,

  // From host_interface, constant during a grid
  input logic [31:0] shared_size_i,
  input logic [32*heddle_pkg::REGIONS-1:0] region_base_i,
  input logic [32*heddle_pkg::REGIONS-1:0] region_limit_i,

  // From and to copy_queue
  input logic command_valid_i,
  output logic command_ready_o,
  input logic [31:0] command_address_i,
  input logic [31:0] command_pitch_i,
  input logic [31:0] command_target_i,
  input logic [31:0] command_columns_i,
  input logic [31:0] command_rows_i,
  input logic [heddle_pkg::WARP_BITS-1:0] command_warp_i,
  input logic [4:0] command_thread_i,
  input logic [31:0] command_pc_i,
  input logic [heddle_pkg::CTA_BITS-1:0] command_cta_i,
  input logic [heddle_pkg::COPY_BASE_BITS-1:0] command_base_i,

  // To copy_jobs: the job of the command that is in RANGE, or its fault
  input logic job_free_i,
  input logic [heddle_pkg::COPY_JOB_BITS-1:0] free_job_i,
  output logic take_job_o,
  output logic [16:0] job_units_o,  // of the box
  output logic [heddle_pkg::COPY_UNIT_BITS:0] job_mbarrier_o,  // in 8 bytes
  output logic [heddle_pkg::CTA_BITS-1:0] job_cta_o,
  output logic [heddle_pkg::WARP_BITS-1:0] job_warp_o,
  output logic [4:0] job_thread_o,
  output logic [31:0] job_pc_o,
  output logic fault_valid_o,
  output logic [4:0] fault_cause_o,
  output logic [31:0] fault_address_o,

  // To copy_jobs (events): a piece more; the job's last one; a piece less, which may not be read
  output logic load_o,
  output logic [heddle_pkg::COPY_JOB_BITS-1:0] load_job_o,
  output logic walked_o,
  output logic refused_o,
  output logic [31:0] refused_address_o,

  // To and from copy_writer: the piece; it is taken with a tag, or to be filled with zeros
  output logic [heddle_pkg::COPY_JOB_BITS-1:0] piece_job_o,
  output logic [1:0] piece_first_o,  // its first unit in the line
  output logic [1:0] piece_more_o,   // units after that
  output logic [5:0] piece_end_o,    // behind the last valid byte in the line; 0: 64
  output logic [heddle_pkg::COPY_UNIT_BITS-1:0] piece_unit_o,  // in the shared memory, no swizzle
  output logic [1:0] piece_upper_o,  // bits 9:8 of the byte offset in the CTA's
  output logic [1:0] piece_swizzle_o,
  output logic send_o,
  output logic fill_o,
  input logic tag_free_i,
  input logic [heddle_pkg::COPY_TAG_BITS-1:0] tag_i,
  input logic writer_place_i,  // and no response comes

  // To crossbar
  output logic request_valid_o,
  input logic request_ready_i,
  output logic [heddle_pkg::LINE_ADDRESS_BITS-1:0] request_line_o,
  output logic [heddle_pkg::COPY_TAG_BITS-1:0] request_tag_o,

  // To warp_scheduler (event)
  output logic op_done_valid_o,

  // To copy_engine
  output logic [heddle_pkg::CTA_SLOTS-1:0] copying_o,
  output logic idle_o
);

  localparam int unsigned UNIT_BITS = heddle_pkg::COPY_UNIT_BITS;
  localparam int unsigned MBARRIER_BITS = UNIT_BITS + 1;
  localparam int unsigned JOB_BITS = heddle_pkg::COPY_JOB_BITS;
  localparam int unsigned CTA_BITS = heddle_pkg::CTA_BITS;
  localparam logic [15:0] ROW_BYTES_MOST = 16'd4096;
  localparam logic [15:0] ROWS_MOST = 16'd256;

  typedef enum logic [1:0] {
    FREE,
    CHECK,
    RANGE,
    WALK
  } state_t;

  state_t state_d, state_q;
  logic pop;

  // -----------------------------------------------------------------------------------------------
  // The command
  logic [31:0] address_q, pitch_q, target_q, columns_q, rows_q, pc_q;
  logic [heddle_pkg::WARP_BITS-1:0] warp_q;
  logic [4:0] thread_q;
  logic [CTA_BITS-1:0] cta_q;
  logic [heddle_pkg::COPY_BASE_BITS-1:0] base_q;

  assign command_ready_o = state_q == FREE && job_free_i;
  assign pop = command_valid_i && command_ready_o;

  always_ff @(posedge clk_i) begin
    if (pop) begin
      address_q <= command_address_i;
      pitch_q <= command_pitch_i;
      target_q <= command_target_i;
      columns_q <= command_columns_i;
      rows_q <= command_rows_i;
      pc_q <= command_pc_i;
      warp_q <= command_warp_i;
      thread_q <= command_thread_i;
      cta_q <= command_cta_i;
      base_q <= command_base_i;
    end
  end

  // -----------------------------------------------------------------------------------------------
  // CHECK: ranges of fields, the units of the box
  logic wrong_d, wrong_q;
  logic [16:0] units_d, units_q;

  assign wrong_d = pitch_q[3:0] != '0 || target_q[31]
      || columns_q[3:0] != '0 || columns_q[15:0] == '0 || columns_q[15:0] > ROW_BYTES_MOST
      || columns_q[31:16] > columns_q[15:0]
      || rows_q[15:0] == '0 || rows_q[15:0] > ROWS_MOST || rows_q[31:16] > rows_q[15:0];
  assign units_d = 17'(columns_q[12:4]) * 17'(rows_q[8:0]);

  always_ff @(posedge clk_i) begin
    if (state_q == CHECK) begin
      wrong_q <= wrong_d;
      units_q <= units_d;
    end
  end

  // -----------------------------------------------------------------------------------------------
  // RANGE: where the box goes
  logic [17:0] box_end;  // in units
  logic [15:0] mbarrier_end;  // in 8 bytes
  logic [UNIT_BITS-1:0] base;
  logic misaligned, box_outside, mbarrier_outside;

  assign base = {base_q, 4'b0};
  assign box_end = 18'(target_q[13:0]) + 18'(units_q);
  assign mbarrier_end = 16'(target_q[30:16]) + 16'd1;
  assign misaligned = address_q[3:0] != '0;
  assign box_outside = 28'(box_end) > shared_size_i[31:4];
  assign mbarrier_outside = 29'(mbarrier_end) > shared_size_i[31:3];

  always_comb begin : first_fault
    fault_cause_o = heddle_pkg::CAUSE_STORE_ACCESS;
    fault_address_o = {heddle_pkg::SHARED_WINDOW, 10'b0, target_q[30:16], 3'b0};
    if (box_outside) fault_address_o = {heddle_pkg::SHARED_WINDOW, 10'b0, target_q[13:0], 4'b0};
    if (misaligned) begin
      fault_cause_o = heddle_pkg::CAUSE_LOAD_MISALIGNED;
      fault_address_o = address_q;
    end
    if (wrong_q) begin
      fault_cause_o = heddle_pkg::CAUSE_COPY;
      fault_address_o = address_q;
    end
  end

  assign fault_valid_o =
      state_q == RANGE && (wrong_q || misaligned || box_outside || mbarrier_outside);
  assign take_job_o = state_q == RANGE && !fault_valid_o;
  assign job_units_o = units_q;
  assign job_mbarrier_o = {base, 1'b0} + MBARRIER_BITS'(target_q[30:16]);
  assign job_cta_o = cta_q;
  assign job_warp_o = warp_q;
  assign job_thread_o = thread_q;
  assign job_pc_o = pc_q;

  // -----------------------------------------------------------------------------------------------
  // WALK: the next piece. Global addresses in units, `next_row` that of the row behind this one;
  // `valid` are the valid bytes left in the row.
  logic load, last_in_row, last, piece_valid_q, emptied, refused, stop;
  logic [JOB_BITS-1:0] job_q;
  logic [27:0] unit_q, next_row_q;
  logic [UNIT_BITS-1:0] target_unit_q;
  logic [5:0] offset_q;  // in units, of the target in the CTA's shared memory
  logic [8:0] left_q, rows_left_q, valid_rows_q;
  logic [12:0] valid_q;
  logic [2:0] to_line_end, count;
  logic [8:0] left_after;
  logic [5:0] end_in_line;  // modulo 64

  assign to_line_end = 3'd4 - 3'(unit_q[1:0]);
  assign last_in_row = left_q <= 9'(to_line_end);
  assign count = last_in_row ? left_q[2:0] : to_line_end;
  assign left_after = left_q - 9'(count);
  assign last = last_in_row && rows_left_q == 9'd1;
  assign end_in_line = {unit_q[1:0], 4'b0}
      + ((valid_q >= 13'({count, 4'b0})) ? {count[1:0], 4'b0} : valid_q[5:0]);
  assign load = state_q == WALK && (!piece_valid_q || emptied) && !stop;
  assign walked_o = (load && last) || stop;

  always_ff @(posedge clk_i) begin
    if (state_q == RANGE) begin
      job_q <= free_job_i;
      unit_q <= address_q[31:4];
      next_row_q <= address_q[31:4] + pitch_q[31:4];
      target_unit_q <= base + UNIT_BITS'(target_q[13:0]);
      offset_q <= target_q[5:0];
      left_q <= columns_q[12:4];
      rows_left_q <= rows_q[8:0];
      valid_rows_q <= rows_q[24:16];
      valid_q <= (rows_q[24:16] != '0) ? columns_q[28:16] : '0;
    end else if (load) begin
      target_unit_q <= target_unit_q + UNIT_BITS'(count);
      offset_q <= offset_q + 6'(count);
      if (last_in_row) begin
        unit_q <= next_row_q;
        next_row_q <= next_row_q + pitch_q[31:4];
        left_q <= columns_q[12:4];
        rows_left_q <= rows_left_q - 9'd1;
        // Of the next row; 0 stays.
        if (valid_rows_q != '0) valid_rows_q <= valid_rows_q - 9'd1;
        valid_q <= (valid_rows_q > 9'd1) ? columns_q[28:16] : '0;
      end else begin
        unit_q <= {unit_q[27:2] + 26'd1, 2'b00};
        left_q <= left_after;
        valid_q <= (valid_q > 13'({count, 4'b0})) ? valid_q - 13'({count, 4'b0}) : '0;
      end
    end
  end

  // -----------------------------------------------------------------------------------------------
  // p: the piece
  logic [27:0] piece_address_q;
  logic piece_reads_q, allowed, request_free;

  always_ff @(posedge clk_i) begin
    if (load) begin
      piece_job_o <= job_q;
      piece_address_q <= unit_q;
      piece_reads_q <= valid_q != '0;
      piece_more_o <= 2'(count - 3'd1);
      piece_end_o <= end_in_line;
      piece_unit_o <= target_unit_q;
      piece_upper_o <= offset_q[5:4];
      piece_swizzle_o <= target_q[15:14];
    end
  end

  region_check u_region_check (
    .valid_i(piece_valid_q && piece_reads_q),
    .page_i(piece_address_q[27:8]),
    .permission_i(3'b001),
    .region_base_i,
    .region_limit_i,
    .allowed_o(allowed)
  );

  assign request_free = !request_valid_o || request_ready_i;
  assign refused = piece_valid_q && piece_reads_q && !allowed;
  assign send_o = allowed && tag_free_i && request_free;
  assign fill_o = piece_valid_q && !piece_reads_q && writer_place_i;
  assign emptied = refused || send_o || fill_o;
  // The job that it walks has failed.
  assign stop = state_q == WALK && refused && piece_job_o == job_q;
  assign piece_first_o = piece_address_q[1:0];
  assign refused_o = refused;
  assign refused_address_o = {piece_address_q, 4'b0};
  assign load_o = load;
  assign load_job_o = job_q;

  // -----------------------------------------------------------------------------------------------
  always_comb begin : next_state
    state_d = state_q;
    case (state_q)
      FREE: if (pop) state_d = CHECK;
      CHECK: state_d = RANGE;
      RANGE: state_d = fault_valid_o ? FREE : WALK;
      default: if (walked_o) state_d = FREE;
    endcase
  end

  always_ff @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni) begin
      state_q <= FREE;
      piece_valid_q <= 1'b0;
      request_valid_o <= 1'b0;
      op_done_valid_o <= 1'b0;
    end else if (start_i) begin
      state_q <= FREE;
      piece_valid_q <= 1'b0;
      request_valid_o <= 1'b0;
      op_done_valid_o <= 1'b0;
    end else begin
      state_q <= state_d;
      piece_valid_q <= load || (piece_valid_q && !emptied);
      request_valid_o <= send_o || (request_valid_o && !request_ready_i);
      op_done_valid_o <= pop;
    end
  end

  always_ff @(posedge clk_i) begin
    if (send_o) begin
      request_line_o <= piece_address_q[27:2];
      request_tag_o <= tag_i;
    end
  end

  always_comb begin : copying
    copying_o = '0;
    for (int i = 0; i < heddle_pkg::CTA_SLOTS; i++) begin
      copying_o[i] = state_q != FREE && cta_q == CTA_BITS'(i);
    end
  end

  assign idle_o = state_q == FREE && !piece_valid_q && !request_valid_o;

  // Shared memory is given in multiples of 256 bytes.
  logic unused;
  assign unused = ^shared_size_i[2:0];

endmodule
`default_nettype wire
