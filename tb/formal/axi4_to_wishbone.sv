// wrappers/axi4_to_wishbone between a device and a memory that do all that their buses let them do. Wishbone: STB only with
// CYC, a request and its payload stay until it is over, CYC until the last answer, and it falls between two lines; addresses,
// SEL, DAT and CTI of each access. AXI4: each line is answered once, R beat by beat with its data, with the errors of its own
// accesses; nothing waits without need, and reads and writes take turns.
//
// Lines of four accesses in two AXI beats. Of a line any access, A, is followed through.
`default_nettype none
module axi4_to_wishbone_proof (
  input logic clk_i,
  input logic arvalid_i,
  input logic [1:0] arid_i,
  input logic [31:0] araddr_i,
  input logic awvalid_i,
  input logic [1:0] awid_i,
  input logic [31:0] awaddr_i,
  input logic wvalid_i,
  input logic [31:0] wdata_i,
  input logic [3:0] wstrb_i,
  input logic [15:0] dat_i,
  input logic ack_i,
  input logic err_i,
  input logic stall_i
);

  localparam bit PIPELINED = `PIPELINED;

  logic started_q, arready, rvalid, rlast, awready, wready, bvalid, cyc, stb, we;
  logic [1:0] rid, rresp, bid, bresp, sel, bte;
  logic [31:0] rdata, adr;
  logic [15:0] dat;
  logic [2:0] cti;

  initial started_q = 1'b0;
  always_ff @(posedge clk_i) started_q <= 1'b1;

  axi4_to_wishbone #(
    .ID_BITS(2),
    .AXI_DATA_BITS(32),
    .DATA_BITS(16),
    .PIPELINED(PIPELINED)
  ) dut (
    .clk_i,
    .rst_ni(started_q),
    .arvalid_i,
    .arready_o(arready),
    .arid_i,
    .araddr_i,
    .rvalid_o(rvalid),
    .rid_o(rid),
    .rdata_o(rdata),
    .rresp_o(rresp),
    .rlast_o(rlast),
    .awvalid_i,
    .awready_o(awready),
    .awid_i,
    .awaddr_i,
    .wvalid_i,
    .wready_o(wready),
    .wdata_i,
    .wstrb_i,
    .bvalid_o(bvalid),
    .bid_o(bid),
    .bresp_o(bresp),
    .wbm_cyc_o(cyc),
    .wbm_stb_o(stb),
    .wbm_we_o(we),
    .wbm_adr_o(adr),
    .wbm_sel_o(sel),
    .wbm_dat_o(dat),
    .wbm_cti_o(cti),
    .wbm_bte_o(bte),
    .wbm_dat_i(dat_i),
    .wbm_ack_i(ack_i),
    .wbm_err_i(err_i),
    .wbm_stall_i(stall_i)
  );

  // -----------------------------------------------------------------------------------------------
  // The line under way
  logic active_q, write_q, error_q, read_taken, write_taken, requested, left_out, answered, ends;
  logic [1:0] id_q;
  logic [25:0] line_q;
  logic [2:0] position_q, position, waiting_q, waiting, answers_q;  // accesses passed; in flight; answered
  logic [1:0] strobe;
  logic shows;

  assign read_taken = arvalid_i && arready;
  assign write_taken = awvalid_i && awready;
  assign strobe = position_q[0] ? wstrb_i[3:2] : wstrb_i[1:0];
  assign shows = active_q && position_q != 3'd4 && (!write_q || (wvalid_i && strobe != '0));
  assign left_out = active_q && position_q != 3'd4 && write_q && wvalid_i && strobe == '0;
  assign answered = ack_i || err_i;
  assign requested = cyc && stb && (PIPELINED ? !stall_i : answered);
  assign position = position_q + 3'(requested || left_out);
  assign waiting = waiting_q + 3'(requested) - 3'(answered);
  assign ends = active_q && position == 3'd4 && waiting == '0;

  always_ff @(posedge clk_i) begin
    if (!started_q) begin
      active_q <= 1'b0;
      write_q <= 1'b0;
      waiting_q <= '0;
    end else begin
      waiting_q <= waiting;
      if (active_q) begin
        position_q <= position;
        if (answered) answers_q <= answers_q + 3'd1;
        if (err_i) error_q <= 1'b1;
        if (ends) active_q <= 1'b0;
      end
      if (read_taken || write_taken) begin
        active_q <= 1'b1;
        write_q <= write_taken;
        id_q <= write_taken ? awid_i : arid_i;
        line_q <= write_taken ? awaddr_i[31:6] : araddr_i[31:6];
        position_q <= '0;
        answers_q <= '0;
        error_q <= 1'b0;
      end
    end
  end

  // -----------------------------------------------------------------------------------------------
  // What is held, and the answers that follow
  logic ar_waits_q, aw_waits_q, w_waits_q, held_q, r_due_q, r_last_q, b_due_q;
  logic [33:0] ar_q, aw_q;
  logic [35:0] w_q;
  logic [53:0] request_q;

  always_ff @(posedge clk_i) begin
    ar_waits_q <= started_q && arvalid_i && !arready;
    aw_waits_q <= started_q && awvalid_i && !awready;
    w_waits_q <= started_q && wvalid_i && !wready;
    held_q <= started_q && cyc && stb && !requested;
    r_due_q <= started_q && active_q && !write_q && answered && answers_q[0];
    r_last_q <= answers_q[1];
    b_due_q <= started_q && ends && write_q;
    ar_q <= {arid_i, araddr_i};
    aw_q <= {awid_i, awaddr_i};
    w_q <= {wstrb_i, wdata_i};
    request_q <= {we, cti, sel, dat, adr};
  end

  // -----------------------------------------------------------------------------------------------
  // Access A: what it read
  (* anyconst *) logic [1:0] a;
  logic [15:0] a_data_q;
  logic a_seen_q, a_error_q;  // answered; with an error there or before

  always_ff @(posedge clk_i) begin
    if (active_q && answered && answers_q == 3'(a)) begin
      a_data_q <= dat_i;
      a_seen_q <= 1'b1;
      a_error_q <= error_q || err_i;
    end
    if (!started_q || read_taken || write_taken) a_seen_q <= 1'b0;
  end

  always @* begin
    if (started_q) begin
      if (ar_waits_q) assume (arvalid_i && {arid_i, araddr_i} == ar_q);
      if (aw_waits_q) assume (awvalid_i && {awid_i, awaddr_i} == aw_q);
      if (w_waits_q) assume (wvalid_i && {wstrb_i, wdata_i} == w_q);
      if (answered) assume (PIPELINED ? waiting_q != '0 || requested : cyc && stb);
      assume (!(ack_i && err_i));
    end
  end

  always @* begin
    if (started_q) begin
      stb_with_cyc: assert (!stb || cyc);
      cyc_of_a_line: assert (cyc == active_q);
      cyc_until_the_last_answer: assert (waiting_q == '0 || cyc);
      a_request_stays: assert (!held_q || (stb && request_q[53:48] == {we, cti, sel} && request_q[31:0] == adr
          && (!we || request_q[47:32] == dat)));
      every_access_at_once: assert (stb == shows);
      address: assert (!stb || adr == {line_q, 3'b000, position_q[1:0], 1'b0});
      kind: assert (!stb || (we == write_q && bte == 2'b00));
      bytes: assert (!stb || (sel == (write_q ? strobe : 2'b11) && sel != '0));
      data: assert (!stb || !write_q || dat == (position_q[0] ? wdata_i[31:16] : wdata_i[15:0]));
      bursts: assert (!stb || cti == ((PIPELINED || write_q) ? 3'b000 : position_q == 3'd3 ? 3'b111 : 3'b010));
      w_with_its_last_access: assert (wready == (active_q && write_q && position_q[0] && (requested || left_out)));
      takes_a_line_if_idle: assert (!(arready && awready)
          && (arready || awready) == (!active_q && (arvalid_i || awvalid_i)) && (!arready || arvalid_i)
          && (!awready || awvalid_i));
      takes_turns: assert (!(arvalid_i && awvalid_i) || !(write_q ? awready : arready));
      r_beat_by_beat: assert (rvalid == r_due_q && (!rvalid || (rlast == r_last_q && rid == id_q)));
      r_data: assert (!rvalid || r_last_q != a[1] || (a_seen_q
          && (a[0] ? rdata[31:16] : rdata[15:0]) == a_data_q));
      r_errors: assert (!rvalid || r_last_q != a[1] || !a[0] || rresp == (a_error_q ? 2'b10 : 2'b00));
      b_once: assert (bvalid == b_due_q && (!bvalid || (bid == id_q && bresp == (error_q ? 2'b10 : 2'b00))));
    end
  end

  // -----------------------------------------------------------------------------------------------
  // In the RTL's registers
  (* hierconn *) wire \dut.busy_q ;
  (* hierconn *) wire \dut.write_q ;
  (* hierconn *) wire \dut.requested_q ;
  (* hierconn *) wire \dut.error_q ;
  (* hierconn *) wire [1:0] \dut.id_q ;
  (* hierconn *) wire [25:0] \dut.line_q ;
  (* hierconn *) wire [1:0] \dut.beat_q ;
  (* hierconn *) wire [1:0] \dut.answer_q ;
  (* hierconn *) wire [2:0] \dut.waiting_q ;
  (* hierconn *) wire [31:0] \dut.rdata_q ;

  logic lasting, a_due;  // the line's answer is still to be seen; it has A's data
  assign lasting = active_q || r_due_q || b_due_q;
  assign a_due = r_due_q && r_last_q == a[1];

  always @* begin
    if (started_q) begin
      invariant_line: assert (\dut.busy_q == active_q && \dut.write_q == write_q && \dut.waiting_q == waiting_q);
      invariant_what: assert (!lasting || (\dut.id_q == id_q && \dut.line_q == line_q && \dut.error_q == error_q));
      invariant_position: assert (!active_q || (position_q <= 3'd4 && \dut.requested_q == (position_q == 3'd4)
          && (position_q == 3'd4 || \dut.beat_q == position_q[1:0])));
      invariant_answers: assert (!active_q || (\dut.answer_q == answers_q[1:0] && waiting_q <= 3'd4 && answers_q <= 3'd4
          && 4'(answers_q) + 4'(waiting_q) <= 4'(position_q)
          && (write_q || 4'(answers_q) + 4'(waiting_q) == 4'(position_q))));
      invariant_idle: assert (active_q || waiting_q == '0);
      invariant_unfinished: assert (!active_q || position_q != 3'd4 || waiting_q != '0);
      invariant_a_seen: assert (!active_q || write_q || a_seen_q == (answers_q > 3'(a)));
      invariant_r_due: assert (!r_due_q
          || (!write_q && (active_q ? answers_q == (r_last_q ? 3'd4 : 3'd2) : r_last_q)));
      invariant_a_due: assert (!a_due || (a_seen_q && (!a[0] || a_error_q == error_q)));
      invariant_a_data: assert (!(a_due || (active_q && !write_q && !a[0] && answers_q == 3'(a) + 3'd1))
          || (a[0] ? \dut.rdata_q [31:16] : \dut.rdata_q [15:0]) == a_data_q);
    end
  end

  always @* begin
    error_behind_the_first: cover (started_q && rvalid && rlast && rresp == 2'b10 && a == 2'd3 && a_data_q != '0);
    partly_written: cover (started_q && bvalid && bresp == 2'b00 && answers_q == 3'd2);
    both_wait: cover (started_q && arready && ar_waits_q && aw_waits_q);
    next_line_at_once: cover (started_q && rvalid && rlast && awready);
  end

endmodule
`default_nettype wire
