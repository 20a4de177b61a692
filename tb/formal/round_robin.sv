// common/round_robin picks the first request behind `last`, and nobody waits for ever: with `last` moved at each pick,
// a standing request is picked within COUNT picks.
`default_nettype none
module round_robin_proof (
  input logic clk_i,
  input logic [4:0] request_i,
  input logic take_i
);

  localparam int unsigned COUNT = 5;
  localparam int unsigned INDEX_BITS = 3;

  logic started_q, valid;
  logic [INDEX_BITS-1:0] index, last_q;
  (* anyconst *) logic [INDEX_BITS-1:0] standing;

  initial started_q = 1'b0;
  always_ff @(posedge clk_i) started_q <= 1'b1;

  round_robin #(
    .COUNT(COUNT)
  ) dut (
    .request_i,
    .last_i(last_q),
    .valid_o(valid),
    .index_o(index)
  );

  // `standing` requests until it is picked. Reference: the picks of others meanwhile.
  logic stood_q, pick;
  logic [INDEX_BITS-1:0] others_q;

  assign pick = valid && take_i;

  always_ff @(posedge clk_i) begin
    if (!started_q) begin
      last_q <= INDEX_BITS'(COUNT - 1);
      stood_q <= 1'b0;
      others_q <= '0;
    end else begin
      if (pick) last_q <= index;
      stood_q <= request_i[standing] && !(pick && index == standing);
      if (!request_i[standing] || (pick && index == standing)) others_q <= '0;
      else if (pick) others_q <= others_q + INDEX_BITS'(1);
    end
  end

  always @* begin
    assume (standing < INDEX_BITS'(COUNT));
    if (started_q && stood_q) assume (request_i[standing]);
  end

  // How far behind `last` an index comes: 1 to COUNT
  function automatic logic [INDEX_BITS-1:0] distance(input logic [INDEX_BITS-1:0] i);
    distance = (i > last_q) ? i - last_q : i + INDEX_BITS'(COUNT) - last_q;
  endfunction

  logic nearest;
  always @* begin
    nearest = 1'b1;
    for (int i = 0; i < COUNT; i++) begin
      if (request_i[i] && distance(INDEX_BITS'(i)) < distance(index)) nearest = 1'b0;
    end
  end

  always @* begin
    if (started_q) begin
      picks_if_there_is_a_request: assert (valid == (request_i != '0));
      picks_a_request: assert (!valid || (index < INDEX_BITS'(COUNT) && request_i[index]));
      picks_the_first: assert (nearest);
      fair: assert (others_q < INDEX_BITS'(COUNT));
      last_in_range: assert (last_q < INDEX_BITS'(COUNT));
      comes_nearer: assert (!stood_q || 4'(others_q) + 4'(distance(standing)) <= 4'(COUNT));
      none_waited: assert (stood_q || others_q == '0);
    end
  end

  always @* begin
    all_request: cover (started_q && request_i == '1 && take_i);
    waits_longest: cover (started_q && others_q == INDEX_BITS'(COUNT - 1) && pick && index == standing);
  end

endmodule
`default_nettype wire
