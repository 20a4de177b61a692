// Who makes the next pass of the shared memory, its head row or the copy engine, and what the banks
// do for it. One turn, which changes when both wanted a pass. Otherwise combinational.
//
// A copy pass writes units of 16 bytes, one in each group of four banks. A complete pass is the
// mbarrier.complete_tx of one lane: two banks of a group, `copy_half_i` says which. Without bulk
// copies (COPY_TAGS = 0) rows alone have passes.
`default_nettype none
module shared_copy #(
  parameter int unsigned INDEX_BITS = 10
) (
  input logic clk_i,
  input logic rst_ni,
  input logic start_i,

  input logic possible_i,  // a pass can be made in this cycle

  // The head row
  input logic row_valid_i,
  input logic [heddle_pkg::LANES-1:0] row_enable_i,
  input logic [INDEX_BITS*heddle_pkg::LANES-1:0] row_index_i,
  input logic [32*heddle_pkg::LANES-1:0] row_data_i,
  input logic [4*heddle_pkg::LANES-1:0] row_strobe_i,

  // From copy_engine
  input logic copy_valid_i,
  input logic copy_complete_i,
  input logic copy_half_i,
  input logic [20:0] copy_bytes_i,
  input logic [heddle_pkg::COPY_GROUPS-1:0] copy_enable_i,
  input logic [INDEX_BITS*heddle_pkg::COPY_GROUPS-1:0] copy_index_i,
  input logic [128*heddle_pkg::COPY_GROUPS-1:0] copy_data_i,

  output logic row_pass_o,
  output logic copy_pass_o,
  output logic [heddle_pkg::LANES-1:0] bank_enable_o,
  output logic [INDEX_BITS*heddle_pkg::LANES-1:0] bank_index_o,
  output logic [32*heddle_pkg::LANES-1:0] bank_data_o,
  output logic [4*heddle_pkg::LANES-1:0] bank_strobe_o
);

  localparam int unsigned LANES = heddle_pkg::LANES;

  logic copy_valid, copy_turn_q, chosen;  // the copy engine is chosen

  assign copy_valid = heddle_pkg::COPY_TAGS != 0 && copy_valid_i;
  assign chosen = copy_valid && (!row_valid_i || copy_turn_q);
  assign copy_pass_o = possible_i && chosen;
  assign row_pass_o = possible_i && row_valid_i && !chosen;

  always_ff @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni) copy_turn_q <= 1'b1;
    else if (start_i) copy_turn_q <= 1'b1;
    else if (possible_i && row_valid_i && copy_valid) copy_turn_q <= !copy_turn_q;
  end

  // Bank b is bank b % 4 of group b / 4.
  always_comb begin : banks
    bank_enable_o = row_enable_i;
    bank_index_o = row_index_i;
    bank_data_o = row_data_i;
    bank_strobe_o = row_strobe_i;
    if (chosen) begin
      bank_strobe_o = '1;
      for (int b = 0; b < LANES; b++) begin
        bank_enable_o[b] = copy_enable_i[b/4] && (!copy_complete_i || copy_half_i == (b % 4 >= 2));
        bank_index_o[INDEX_BITS*b+:INDEX_BITS] = copy_index_i[INDEX_BITS*(b/4)+:INDEX_BITS];
        bank_data_o[32*b+:32] =
            (copy_complete_i && b % 2 == 0) ? 32'(copy_bytes_i) : copy_data_i[32*b+:32];
      end
    end
  end

endmodule
`default_nettype wire
