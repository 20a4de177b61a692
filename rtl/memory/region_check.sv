// May this page be accessed? Combinational.
//
// A region holds the pages base[31:12] <= page < limit[31:12]; its permissions are base[2:0] (read,
// write, execute). A page in several regions has the permissions of all of them. `valid_i` only
// keeps the comparators quiet: without it the answer is no.
`default_nettype none
module region_check (
  input logic valid_i,
  input logic [31:12] page_i,
  input logic [2:0] permission_i,  // those that are needed, as in base[2:0]

  // From host_interface
  input logic [32*heddle_pkg::REGIONS-1:0] region_base_i,
  input logic [32*heddle_pkg::REGIONS-1:0] region_limit_i,

  output logic allowed_o
);

  logic [2:0] permitted;

  always_comb begin : look_up
    permitted = 3'b0;
    if (valid_i) begin
      for (int i = 0; i < heddle_pkg::REGIONS; i++) begin
        if (page_i >= region_base_i[32*i+12+:20] && page_i < region_limit_i[32*i+12+:20]) begin
          permitted = permitted | region_base_i[32*i+:3];
        end
      end
    end
  end

  assign allowed_o = valid_i && (permission_i & ~permitted) == 3'b0;

  // Bits of the registers that have no meaning.
  logic unused;
  assign unused = ^region_base_i ^ ^region_limit_i;

endmodule
`default_nettype wire
