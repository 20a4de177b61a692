// Counts, for every resident CTA, its living threads and those that wait at the barrier.
//
// A barrier or exit that is visible in c is counted by c+1, judged in c+1, and its outcome is an
// event in c+2: `cta_done` when no thread is left, else `release` when all that are left have
// arrived. A CTA whose threads all wait or are gone sends nothing more, so no later control event
// can meet an outcome of the same CTA.
`default_nettype none
module barrier (
  input logic clk_i,
  input logic rst_ni,
  input logic start_i,

  // From host_interface
  input logic [31:0] threads_i,

  // From dispatcher (event)
  input logic launch_valid_i,
  input logic [heddle_pkg::WARP_BITS-1:0] launch_warp_i,
  input logic [4:0] launch_warp_in_cta_i,
  input logic [heddle_pkg::CTA_BITS-1:0] launch_cta_i,

  // From branch_unit (event)
  input logic control_valid_i,
  input logic [heddle_pkg::WARP_BITS-1:0] control_warp_i,
  input logic [1:0] control_kind_i,
  input logic [31:0] control_mask_i,

  // To warp_control (event)
  output logic release_valid_o,
  output logic [heddle_pkg::CTA_BITS-1:0] release_cta_o,

  // To dispatcher and host_interface (event)
  output logic cta_done_valid_o,
  output logic [heddle_pkg::CTA_BITS-1:0] cta_done_cta_o
);

  localparam int unsigned CTA_SLOTS = heddle_pkg::CTA_SLOTS;
  localparam int unsigned CTA_BITS = heddle_pkg::CTA_BITS;
  localparam int unsigned COUNT_BITS = 11;

  logic [CTA_BITS-1:0] cta_table[0:heddle_pkg::WARPS-1];
  logic [COUNT_BITS*CTA_SLOTS-1:0] alive_d, alive_q, arrived_d, arrived_q;
  logic check_d, check_q;
  logic [CTA_BITS-1:0] control_cta, check_cta_q;
  logic cta_done_d, cta_done_q, release_d, release_q;
  logic [CTA_BITS-1:0] outcome_cta_q;
  logic [5:0] threads;

  assign control_cta = cta_table[control_warp_i];

  always_comb begin : popcount
    threads = 6'd0;
    for (int i = 0; i < 32; i++) threads = threads + 6'(control_mask_i[i]);
  end

  always_comb begin : judge
    cta_done_d = 1'b0;
    release_d = 1'b0;
    for (int i = 0; i < CTA_SLOTS; i++) begin
      if (check_q && check_cta_q == CTA_BITS'(i)) begin
        cta_done_d = alive_q[COUNT_BITS*i+:COUNT_BITS] == '0;
        release_d = !cta_done_d
            && alive_q[COUNT_BITS*i+:COUNT_BITS] == arrived_q[COUNT_BITS*i+:COUNT_BITS];
      end
    end
  end

  always_comb begin : count
    alive_d = alive_q;
    arrived_d = arrived_q;
    check_d = control_valid_i && (control_kind_i == heddle_pkg::CONTROL_BARRIER
        || control_kind_i == heddle_pkg::CONTROL_EXIT);
    for (int i = 0; i < CTA_SLOTS; i++) begin
      if (release_d && check_cta_q == CTA_BITS'(i)) arrived_d[COUNT_BITS*i+:COUNT_BITS] = '0;
      if (check_d && control_cta == CTA_BITS'(i)) begin
        if (control_kind_i == heddle_pkg::CONTROL_BARRIER) begin
          arrived_d[COUNT_BITS*i+:COUNT_BITS] = arrived_d[COUNT_BITS*i+:COUNT_BITS]
              + COUNT_BITS'(threads);
        end else begin
          alive_d[COUNT_BITS*i+:COUNT_BITS] = alive_d[COUNT_BITS*i+:COUNT_BITS]
              - COUNT_BITS'(threads);
        end
      end
      if (launch_valid_i && launch_warp_in_cta_i == 5'd0 && launch_cta_i == CTA_BITS'(i)) begin
        alive_d[COUNT_BITS*i+:COUNT_BITS] = threads_i[COUNT_BITS-1:0];
        arrived_d[COUNT_BITS*i+:COUNT_BITS] = '0;
      end
    end
    if (start_i) begin
      alive_d = '0;
      arrived_d = '0;
      check_d = 1'b0;
    end
  end

  always_ff @(posedge clk_i) begin
    if (launch_valid_i) cta_table[launch_warp_i] <= launch_cta_i;
  end

  always_ff @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni) begin
      alive_q <= '0;
      arrived_q <= '0;
      check_q <= 1'b0;
      check_cta_q <= '0;
      cta_done_q <= 1'b0;
      release_q <= 1'b0;
      outcome_cta_q <= '0;
    end else begin
      alive_q <= alive_d;
      arrived_q <= arrived_d;
      check_q <= check_d;
      check_cta_q <= control_cta;
      cta_done_q <= cta_done_d && !start_i;
      release_q <= release_d && !start_i;
      outcome_cta_q <= check_cta_q;
    end
  end

  assign release_valid_o = release_q;
  assign release_cta_o = outcome_cta_q;
  assign cta_done_valid_o = cta_done_q;
  assign cta_done_cta_o = outcome_cta_q;

  logic unused;
  assign unused = ^threads_i[31:COUNT_BITS];

endmodule
`default_nettype wire
