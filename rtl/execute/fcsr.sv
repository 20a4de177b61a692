// The threads' fcsr: rounding modes for the lanes, CSR instructions on fflags, frm and fcsr, and
// accumulation of the flags that results raise.
//
// For the row visible in c: rounding modes, the CSR's old value and the new fflags are visible in
// c+2. frm is written at the end of c+2. fflags change at one place only, in c+10: the flags of the
// results visible in c+9 are ORed in, and the new fflags of a CSR instruction come by the same way,
// through the lanes. Rows of the divider come in cycles in which neither is visible.
//
// Two memories, a row of LANES threads an entry; a row not written since its warp's launch reads as
// 0. Instructions on fcsr drain: their warp has nothing else in flight, so reads need not look at
// writes under way. Only accumulation meets itself: with one beat, rows of one warp follow each
// other without a gap.
`default_nettype none
module fcsr (
  input logic clk_i,
  input logic rst_ni,

  // From operand_collector, c
  input logic row_valid_i,
  input heddle_pkg::exec_ctl_t row_ctl_i,
  input logic [heddle_pkg::LANES-1:0] row_mask_i,
  input logic [32*heddle_pkg::LANES-1:0] row_a_i,

  // To lanes and csr_unit, c+2
  output logic [3*heddle_pkg::LANES-1:0] row_frm_o,
  output logic [8*heddle_pkg::LANES-1:0] old_value_o,  // of the CSR that the instruction names
  output logic [5*heddle_pkg::LANES-1:0] new_flags_o,

  // From lanes, c+9
  input logic result_valid_i,
  input heddle_pkg::result_ctl_t result_ctl_i,
  input logic [heddle_pkg::LANES-1:0] result_mask_i,
  input logic result_float_i,
  input logic [5*heddle_pkg::LANES-1:0] result_flags_i,

  // From writeback: a float row of the divider is being written
  input logic divide_valid_i,
  input logic [heddle_pkg::WARP_BITS-1:0] divide_warp_i,
  input logic [heddle_pkg::BEAT_BITS-1:0] divide_beat_i,
  input logic [heddle_pkg::LANES-1:0] divide_mask_i,
  input logic [5*heddle_pkg::LANES-1:0] divide_flags_i,

  // From dispatcher (event)
  input logic launch_valid_i,
  input logic [heddle_pkg::WARP_BITS-1:0] launch_warp_i
);

  localparam int unsigned LANES = heddle_pkg::LANES;
  localparam int unsigned BEATS = heddle_pkg::BEATS;
  localparam int unsigned ROWS = heddle_pkg::WARPS * BEATS;
  localparam int unsigned ROW_BITS = (ROWS > 1) ? $clog2(ROWS) : 1;
  localparam int unsigned STAGES = heddle_pkg::EXEC_LATENCY;

  function automatic logic [ROW_BITS-1:0] row_of(
    input logic [heddle_pkg::WARP_BITS-1:0] warp, input logic [heddle_pkg::BEAT_BITS-1:0] beat
  );
    row_of = ROW_BITS'(32'(warp) * BEATS + 32'(beat));
  endfunction

  // -----------------------------------------------------------------------------------------------
  // c: read
  logic [3*LANES-1:0] frm_memory[0:ROWS-1];
  logic [5*LANES-1:0] flags_memory[0:ROWS-1];
  logic [ROWS-1:0] frm_valid_q, flags_valid_q;
  logic [ROW_BITS-1:0] row, stage1_row_q, stage2_row_q;
  logic names_flags, names_frm, change, read_frm;
  logic stage1_frm_valid_q, stage1_flags_valid_q;
  logic [3*LANES-1:0] stage1_frm_q;
  logic [5*LANES-1:0] stage1_flags_q;
  logic [8*LANES-1:0] operand_d, operand_q;

  assign row = row_of(row_ctl_i.warp, row_ctl_i.beat);
  assign names_flags = row_ctl_i.imm[11:0] == heddle_pkg::CSR_FFLAGS
      || row_ctl_i.imm[11:0] == heddle_pkg::CSR_FCSR;
  assign names_frm = row_ctl_i.imm[11:0] == heddle_pkg::CSR_FRM
      || row_ctl_i.imm[11:0] == heddle_pkg::CSR_FCSR;
  assign change =
      row_valid_i && row_ctl_i.unit == heddle_pkg::UNIT_CSR && (names_flags || names_frm);
  assign read_frm = change || (row_valid_i && (row_ctl_i.unit == heddle_pkg::UNIT_FLOAT
      || row_ctl_i.op == heddle_pkg::OP_FDIV_S || row_ctl_i.op == heddle_pkg::OP_FSQRT_S));

  always_comb begin : operands
    operand_d = operand_q;
    if (change) begin
      for (int i = 0; i < LANES; i++) begin
        case (row_ctl_i.op)
          heddle_pkg::OP_CSRRW, heddle_pkg::OP_CSRRS, heddle_pkg::OP_CSRRC:
            operand_d[8*i+:8] = row_a_i[32*i+:8];
          default: operand_d[8*i+:8] = {3'b0, row_ctl_i.imm[16:12]};
        endcase
      end
    end
  end

  // -----------------------------------------------------------------------------------------------
  // c+1: modify. A csrrs or csrrc that only reads has the operand 0 and writes back what it read.
  logic stage1_change_q, stage1_read_frm_q, stage1_names_flags_q, stage1_names_frm_q;
  logic [heddle_pkg::OP_BITS-1:0] stage1_op_q;
  logic [LANES-1:0] stage1_mask_q;
  logic [3*LANES-1:0] stage1_frm, row_frm_q;
  logic [5*LANES-1:0] stage1_flags;
  logic [7:0] old_value, operand, new_value;
  logic [8*LANES-1:0] old_value_d, old_value_q;
  logic [3*LANES-1:0] new_frm_d, new_frm_q;
  logic [5*LANES-1:0] new_flags_d, new_flags_q;
  logic write_frm_d, write_frm_q;

  assign stage1_frm = stage1_frm_valid_q ? stage1_frm_q : '0;
  assign stage1_flags = stage1_flags_valid_q ? stage1_flags_q : '0;
  assign write_frm_d = stage1_change_q && stage1_names_frm_q;

  always_comb begin : modify
    new_frm_d = new_frm_q;
    new_flags_d = new_flags_q;
    old_value_d = old_value_q;
    old_value = 8'b0;
    operand = 8'b0;
    new_value = 8'b0;
    if (stage1_change_q) begin
      for (int i = 0; i < LANES; i++) begin
        if (!stage1_names_flags_q) old_value = {5'b0, stage1_frm[3*i+:3]};
        else if (!stage1_names_frm_q) old_value = {3'b0, stage1_flags[5*i+:5]};
        else old_value = {stage1_frm[3*i+:3], stage1_flags[5*i+:5]};
        operand = operand_q[8*i+:8];
        case (stage1_op_q)
          heddle_pkg::OP_CSRRS, heddle_pkg::OP_CSRRSI: new_value = old_value | operand;
          heddle_pkg::OP_CSRRC, heddle_pkg::OP_CSRRCI: new_value = old_value & ~operand;
          default: new_value = operand;
        endcase
        old_value_d[8*i+:8] = old_value;
        new_flags_d[5*i+:5] = new_value[4:0];
        if (!stage1_mask_q[i]) new_frm_d[3*i+:3] = stage1_frm[3*i+:3];
        else new_frm_d[3*i+:3] = stage1_names_flags_q ? new_value[7:5] : new_value[2:0];
      end
    end
  end

  // -----------------------------------------------------------------------------------------------
  // c+9: choose bits. c+10: change fflags. A CSR instruction clears the active threads' flags
  // first.
  logic [STAGES-2:0] replace_q;  // bit n: the row of c + 2 + n is a CSR instruction on fflags
  logic replace, accumulate_d, accumulate_q;
  logic [ROW_BITS-1:0] result_row, accumulate_row_q;
  logic [LANES-1:0] flags_mask;
  logic [5*LANES-1:0] raised_flags, active_flags, add_d, add_q, clear_d, clear_q;
  logic [5*LANES-1:0] before_q, last_q, accumulated;
  logic before_valid_q, repeated_q;

  assign replace = replace_q[STAGES-2];
  assign accumulate_d = divide_valid_i || (result_valid_i && (result_float_i || replace));
  assign result_row = divide_valid_i ? row_of(divide_warp_i, divide_beat_i)
      : row_of(result_ctl_i.warp, result_ctl_i.beat);

  always_comb begin : choose
    add_d = add_q;
    clear_d = clear_q;
    active_flags = '0;
    flags_mask = divide_valid_i ? divide_mask_i : result_mask_i;
    raised_flags = divide_valid_i ? divide_flags_i : result_flags_i;
    if (accumulate_d) begin
      for (int i = 0; i < LANES; i++) active_flags[5*i+:5] = {5{flags_mask[i]}};
      add_d = raised_flags & active_flags;
      clear_d = replace ? active_flags : '0;
    end
  end

  always_comb begin : accumulate
    accumulated = last_q;
    if (accumulate_q) begin
      if (!repeated_q) accumulated = before_valid_q ? before_q : '0;
      accumulated = (accumulated & ~clear_q) | add_q;
    end
  end

  // -----------------------------------------------------------------------------------------------
  always_ff @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni) begin
      stage1_change_q <= 1'b0;
      stage1_read_frm_q <= 1'b0;
      write_frm_q <= 1'b0;
      replace_q <= '0;
      accumulate_q <= 1'b0;
      frm_valid_q <= '0;
      flags_valid_q <= '0;
    end else begin
      stage1_change_q <= change;
      stage1_read_frm_q <= read_frm;
      write_frm_q <= write_frm_d;
      replace_q <= {replace_q[STAGES-3:0], stage1_change_q && stage1_names_flags_q};
      accumulate_q <= accumulate_d;
      if (write_frm_q) frm_valid_q[stage2_row_q] <= 1'b1;
      if (accumulate_q) flags_valid_q[accumulate_row_q] <= 1'b1;
      // A warp that is launched has nothing in flight: no write meets its clear.
      if (launch_valid_i) begin
        frm_valid_q[row_of(launch_warp_i, '0)+:BEATS] <= '0;
        flags_valid_q[row_of(launch_warp_i, '0)+:BEATS] <= '0;
      end
    end
  end

  always_ff @(posedge clk_i) begin
    if (read_frm) begin
      stage1_frm_q <= frm_memory[row];
      stage1_frm_valid_q <= frm_valid_q[row];
    end
    if (change) begin
      stage1_flags_q <= flags_memory[row];
      stage1_flags_valid_q <= flags_valid_q[row];
      stage1_names_flags_q <= names_flags;
      stage1_names_frm_q <= names_frm;
      stage1_op_q <= row_ctl_i.op;
      stage1_mask_q <= row_mask_i;
      stage1_row_q <= row;
    end
    operand_q <= operand_d;

    if (stage1_read_frm_q) row_frm_q <= stage1_frm;
    if (stage1_change_q) stage2_row_q <= stage1_row_q;
    old_value_q <= old_value_d;
    new_frm_q <= new_frm_d;
    new_flags_q <= new_flags_d;
    if (write_frm_q) frm_memory[stage2_row_q] <= new_frm_q;

    add_q <= add_d;
    clear_q <= clear_d;
    if (accumulate_d) begin
      accumulate_row_q <= result_row;
      before_q <= flags_memory[result_row];
      before_valid_q <= flags_valid_q[result_row];
      repeated_q <= accumulate_q && accumulate_row_q == result_row;
    end
    if (accumulate_q) flags_memory[accumulate_row_q] <= accumulated;
    last_q <= accumulated;
  end

  assign row_frm_o = row_frm_q;
  assign old_value_o = old_value_q;
  assign new_flags_o = new_flags_q;

  // The other fields of these structs are for lanes and writeback.
  logic unused;
  assign unused = ^{row_ctl_i, result_ctl_i};

endmodule
`default_nettype wire
