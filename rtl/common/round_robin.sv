// Round-robin pick: the first request behind index `last_i`, wrapping. Combinational; the user
// keeps `last_i` (reset: COUNT - 1, so that the search starts at 0) and moves it when a pick takes
// effect.
`default_nettype none
module round_robin #(
  parameter int unsigned COUNT = 4,
  parameter int unsigned INDEX_BITS = (COUNT > 1) ? $clog2(COUNT) : 1
) (
  input logic [COUNT-1:0] request_i,
  input logic [INDEX_BITS-1:0] last_i,
  output logic valid_o,
  output logic [INDEX_BITS-1:0] index_o
);

  // The indices that have the given bit set.
  function automatic logic [COUNT-1:0] indices_with(input int unsigned bit_number);
    indices_with = '0;
    for (int unsigned i = 0; i < COUNT; i++) begin
      if (((i >> bit_number) & 1) != 0) indices_with[i] = 1'b1;
    end
  endfunction

  logic [COUNT-1:0] behind, candidates, lowest;

  assign behind = request_i & (({COUNT{1'b1}} << last_i) << 1);
  assign candidates = (behind != '0) ? behind : request_i;
  assign lowest = candidates & (~candidates + COUNT'(1));
  assign valid_o = request_i != '0;

  for (genvar i = 0; i < INDEX_BITS; i++) begin : g_index
    localparam logic [COUNT-1:0] INDICES = indices_with(i);
    assign index_o[i] = (lowest & INDICES) != '0;
  end

endmodule
`default_nettype wire
