// Counts, for every resident CTA, its living threads and those that wait at barriers without a
// count, and in barrier_counts those that have arrived at barriers with one.
//
// A control event visible in c is kept in c and settled in c+1, misuse, count and outcome in one
// step: so each event finds what the one before it left, resets included. A misuse is a fault in
// c+1 and changes nothing. Outcomes are events in c+2: `cta_done` when no thread is left, else
// `release` when a barrier is complete.
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
  input logic [2:0] control_kind_i,
  input logic [31:0] control_mask_i,
  input logic [31:0] control_next_pc_i,
  input logic [31:0] control_a_i,
  input logic [31:0] control_b_i,

  // To warp_control (event)
  output logic release_valid_o,
  output logic [heddle_pkg::CTA_BITS-1:0] release_cta_o,
  output logic [heddle_pkg::BARRIER_BITS-1:0] release_id_o,
  output logic [heddle_pkg::CTA_BITS-1:0] release_next_cta_o,  // a cycle ahead of a release
  output logic [heddle_pkg::BARRIER_BITS-1:0] release_next_id_o,

  // To dispatcher and host_interface (event)
  output logic cta_done_valid_o,
  output logic [heddle_pkg::CTA_BITS-1:0] cta_done_cta_o,

  // To fault_unit (event)
  output logic fault_valid_o,
  output heddle_pkg::fault_t fault_o
);

  localparam int unsigned CTA_SLOTS = heddle_pkg::CTA_SLOTS;
  localparam int unsigned CTA_BITS = heddle_pkg::CTA_BITS;
  localparam int unsigned BARRIER_BITS = heddle_pkg::BARRIER_BITS;
  localparam int unsigned COUNT_BITS = 11;
  localparam logic [31:0] MOST_THREADS = 32'd1024;

  // -----------------------------------------------------------------------------------------------
  // c: keep the event
  logic [CTA_BITS-1:0] cta_table[0:heddle_pkg::WARPS-1];
  logic exit_q, sync_q, arrive_q;
  logic [heddle_pkg::WARP_BITS-1:0] warp_q;
  logic [CTA_BITS-1:0] cta_q;
  logic [31:0] mask_q, pc_q, a_q, b_q;
  logic [5:0] threads_d, threads_q;

  always_comb begin : popcount
    threads_d = 6'd0;
    for (int i = 0; i < 32; i++) threads_d = threads_d + 6'(control_mask_i[i]);
  end

  always_ff @(posedge clk_i) begin
    if (launch_valid_i) cta_table[launch_warp_i] <= launch_cta_i;
    if (control_valid_i) begin
      warp_q <= control_warp_i;
      cta_q <= cta_table[control_warp_i];
      mask_q <= control_mask_i;
      pc_q <= control_next_pc_i - 32'd4;
      a_q <= control_a_i;
      b_q <= control_b_i;
      threads_q <= threads_d;
    end
  end

  // -----------------------------------------------------------------------------------------------
  // c+1: misuse
  logic [COUNT_BITS-1:0] alive_q[0:CTA_SLOTS-1];
  logic [COUNT_BITS-1:0] arrived_q[0:CTA_SLOTS-1];
  logic [BARRIER_BITS-1:0] id_q[0:CTA_SLOTS-1];
  logic [COUNT_BITS-1:0] alive, arrived, alive_next, arrived_next, threads;
  logic [BARRIER_BITS-1:0] id;
  logic counts, counting, counted_misuse, uncounted_misuse, misuse, counted_complete;

  assign alive = alive_q[cta_q];
  assign arrived = arrived_q[cta_q];
  assign id = a_q[BARRIER_BITS-1:0];
  assign threads = COUNT_BITS'(threads_q);
  assign counts = b_q != 32'b0;

  always_comb begin : judge_use
    uncounted_misuse = arrive_q || counting || (arrived != '0 && id_q[cta_q] != id);
    misuse = (sync_q || arrive_q) && (a_q[31:BARRIER_BITS] != '0 || b_q > MOST_THREADS
        || (counts ? counted_misuse || (arrived != '0 && id_q[cta_q] == id) : uncounted_misuse));
  end

  barrier_counts u_barrier_counts (
    .clk_i,
    .rst_ni,
    .start_i,
    .launch_valid_i(launch_valid_i && launch_warp_in_cta_i == 5'd0),
    .launch_cta_i,
    .cta_i(cta_table[control_warp_i]),
    .id_i(control_a_i[BARRIER_BITS-1:0]),
    .threads_i(threads_d),
    .expected_i(control_b_i[COUNT_BITS-1:0]),
    .counting_o(counting),
    .misuse_o(counted_misuse),
    .complete_o(counted_complete),
    .count_i((sync_q || arrive_q) && counts && !misuse)
  );

  assign fault_valid_o = misuse;
  always_comb begin : fault_payload
    fault_o.cause = heddle_pkg::CAUSE_BARRIER;
    fault_o.warp = warp_q;
    fault_o.mask = mask_q;
    fault_o.pc = pc_q;
    fault_o.address = a_q;
  end

  // -----------------------------------------------------------------------------------------------
  // c+1: count, and what comes of it
  logic waits, cta_done_d, cta_done_q, release_all, release_d, release_q;
  logic [CTA_BITS-1:0] outcome_cta_q;
  logic [BARRIER_BITS-1:0] outcome_id_d, outcome_id_q;

  assign waits = sync_q && !counts && !misuse;
  assign outcome_id_d = exit_q ? id_q[cta_q] : id;

  always_comb begin : outcome
    alive_next = exit_q ? alive - threads : alive;
    arrived_next = waits ? arrived + threads : arrived;
    cta_done_d = exit_q && alive_next == '0;
    release_all = (exit_q || waits) && alive_next != '0 && arrived_next == alive_next;
    release_d = release_all || ((sync_q || arrive_q) && counts && !misuse && counted_complete);
  end

  always_ff @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni) begin
      exit_q <= 1'b0;
      sync_q <= 1'b0;
      arrive_q <= 1'b0;
      cta_done_q <= 1'b0;
      release_q <= 1'b0;
      for (int i = 0; i < CTA_SLOTS; i++) begin
        alive_q[i] <= '0;
        arrived_q[i] <= '0;
      end
    end else if (start_i) begin
      exit_q <= 1'b0;
      sync_q <= 1'b0;
      arrive_q <= 1'b0;
      cta_done_q <= 1'b0;
      release_q <= 1'b0;
      for (int i = 0; i < CTA_SLOTS; i++) begin
        alive_q[i] <= '0;
        arrived_q[i] <= '0;
      end
    end else begin
      exit_q <= control_valid_i && control_kind_i == heddle_pkg::CONTROL_EXIT;
      sync_q <= control_valid_i && control_kind_i == heddle_pkg::CONTROL_BARRIER;
      arrive_q <= control_valid_i && control_kind_i == heddle_pkg::CONTROL_ARRIVE;
      cta_done_q <= cta_done_d;
      release_q <= release_d;
      if (exit_q || waits) begin
        alive_q[cta_q] <= alive_next;
        arrived_q[cta_q] <= release_all ? '0 : arrived_next;
      end
      if (launch_valid_i && launch_warp_in_cta_i == 5'd0) begin
        alive_q[launch_cta_i] <= threads_i[COUNT_BITS-1:0];
        arrived_q[launch_cta_i] <= '0;
      end
    end
  end

  always_ff @(posedge clk_i) begin
    if (waits) id_q[cta_q] <= id;
    outcome_cta_q <= cta_q;
    outcome_id_q <= outcome_id_d;
  end

  assign release_valid_o = release_q;
  assign release_cta_o = outcome_cta_q;
  assign release_id_o = outcome_id_q;
  assign release_next_cta_o = cta_q;
  assign release_next_id_o = outcome_id_d;
  assign cta_done_valid_o = cta_done_q;
  assign cta_done_cta_o = outcome_cta_q;

  logic unused;
  assign unused = ^threads_i[31:COUNT_BITS];

endmodule
`default_nettype wire
