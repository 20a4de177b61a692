// One pass of the shared memory: which of a row's pending lanes are served, and what their banks
// do. Combinational.
//
// In every bank the lowest pending lane leads; lanes that want the leader's word are served with
// it. Of an atomic the leaders alone are served, of amofadd and of atomics on two words the row's
// lowest pending lane alone (there is one adder, and one place where doublewords are made).
`default_nettype none
module shared_pass #(
  parameter int unsigned INDEX_BITS = 10,
  parameter int unsigned BANK_BITS = $clog2(heddle_pkg::LANES),
  parameter int unsigned ADDRESS_BITS = INDEX_BITS + BANK_BITS + 2
) (
  input logic valid_i,  // without it nothing is served
  input logic [heddle_pkg::OP_BITS-1:0] op_i,
  input logic atomic_i,
  input logic two_words_i,  // an atomic on the leader's word and the one behind it
  input logic [heddle_pkg::LANES-1:0] pending_i,
  input logic [ADDRESS_BITS*heddle_pkg::LANES-1:0] address_i,
  input logic [32*heddle_pkg::LANES-1:0] data_i,

  output logic [heddle_pkg::LANES-1:0] served_o,
  output logic [BANK_BITS*heddle_pkg::LANES-1:0] lane_bank_o,
  output logic [2*heddle_pkg::LANES-1:0] lane_byte_o,
  output logic [heddle_pkg::LANES-1:0] bank_enable_o,
  output logic [INDEX_BITS*heddle_pkg::LANES-1:0] bank_index_o,
  output logic [32*heddle_pkg::LANES-1:0] bank_data_o,
  output logic [4*heddle_pkg::LANES-1:0] bank_strobe_o
);

  localparam int unsigned LANES = heddle_pkg::LANES;

  logic [INDEX_BITS*LANES-1:0] lane_index;
  logic [32*LANES-1:0] lane_data;
  logic [4*LANES-1:0] lane_strobe;
  logic alone;
  logic [LANES-1:0] lead, served;
  logic [LANES*LANES-1:0] select;
  logic [4*LANES-1:0] bytes_strobe, strobe;

  always_comb begin : split_addresses
    lane_data = data_i;
    lane_strobe = '1;
    for (int i = 0; i < LANES; i++) begin
      lane_byte_o[2*i+:2] = address_i[ADDRESS_BITS*i+:2];
      lane_bank_o[BANK_BITS*i+:BANK_BITS] = address_i[ADDRESS_BITS*i+2+:BANK_BITS];
      lane_index[INDEX_BITS*i+:INDEX_BITS] = address_i[ADDRESS_BITS*i+2+BANK_BITS+:INDEX_BITS];
      if (op_i == heddle_pkg::OP_SB) begin
        lane_data[32*i+:32] = {4{data_i[32*i+:8]}};
        lane_strobe[4*i+:4] = 4'b0001 << address_i[ADDRESS_BITS*i+:2];
      end else if (op_i == heddle_pkg::OP_SH) begin
        lane_data[32*i+:32] = {2{data_i[32*i+:16]}};
        lane_strobe[4*i+:4] = 4'b0011 << address_i[ADDRESS_BITS*i+:2];
      end
    end
  end

  assign alone = op_i == heddle_pkg::OP_AMOFADD_W || two_words_i;

  // Lanes are compared in pairs, beside the search for the leaders. Whether the first lane is served
  // alone is decoded late, so both answers are found.
  logic [LANES-1:0] first, bank_lead, bank_served;

  always_comb begin : serve
    first = pending_i & (~pending_i + LANES'(1));
    bank_lead = pending_i;
    for (int i = 0; i < LANES; i++) begin
      for (int lower = 0; lower < i; lower++) begin
        if (pending_i[lower]
            && lane_bank_o[BANK_BITS*lower+:BANK_BITS] == lane_bank_o[BANK_BITS*i+:BANK_BITS]) begin
          bank_lead[i] = 1'b0;
        end
      end
    end
    bank_served = bank_lead;
    for (int i = 0; i < LANES; i++) begin
      for (int lower = 0; lower < i; lower++) begin
        if (!atomic_i && bank_lead[lower] && pending_i[i]
            && lane_bank_o[BANK_BITS*lower+:BANK_BITS] == lane_bank_o[BANK_BITS*i+:BANK_BITS]
            && lane_index[INDEX_BITS*lower+:INDEX_BITS] == lane_index[INDEX_BITS*i+:INDEX_BITS]) begin
          bank_served[i] = 1'b1;
        end
      end
    end
    lead = (alone ? first : bank_lead) & {LANES{valid_i}};
    served = (alone ? first : bank_served) & {LANES{valid_i}};
  end

  // All lanes that a bank serves write to one word of it.
  store_bytes #(
    .WORD_BITS(BANK_BITS)
  ) u_bytes (
    .mask_i(served),
    .word_i(lane_bank_o),
    .strobe_i(lane_strobe),
    .select_o(select),
    .strobe_o(bytes_strobe)
  );

  store_merge #(
    .WORDS(LANES)
  ) u_merge (
    .valid_i(valid_i),
    .select_i(select),
    .strobe_i(bytes_strobe),
    .data_i(lane_data),
    .strobe_o(strobe),
    .data_o(bank_data_o)
  );

  always_comb begin : banks
    bank_enable_o = '0;
    bank_index_o = '0;
    bank_strobe_o = strobe;
    for (int bank = 0; bank < LANES; bank++) begin
      for (int i = 0; i < LANES; i++) begin
        if (lead[i] && select[LANES*i+bank]) begin
          bank_enable_o[bank] = 1'b1;
          bank_index_o[INDEX_BITS*bank+:INDEX_BITS] = bank_index_o[INDEX_BITS*bank+:INDEX_BITS]
              | lane_index[INDEX_BITS*i+:INDEX_BITS];
        end
      end
    end
    // The word behind that of an even bank is in the next one, at the same index.
    if (two_words_i) begin
      for (int bank = 1; bank < LANES; bank += 2) begin
        bank_enable_o[bank] = bank_enable_o[bank-1];
        bank_index_o[INDEX_BITS*bank+:INDEX_BITS] =
            bank_index_o[INDEX_BITS*(bank-1)+:INDEX_BITS];
        bank_strobe_o[4*bank+:4] = bank_strobe_o[4*(bank-1)+:4];
      end
    end
  end

  assign served_o = served;

endmodule
`default_nettype wire
