// Small memory that is written and read at several places at once, reads combinational.
//
// A bank a write port, so that each is a memory with one write port (LUT RAM of an FPGA, whose
// tools copy it for every read port); of every word it is known which bank was written last. Four
// words with several write ports are registers: their multiplexers take less than the banks. (Two
// become registers in any case.) In one cycle, two ports never write the same word. A word that was
// never written is unknown.
`default_nettype none
module multiport_ram #(
  parameter int unsigned WIDTH = 32,
  parameter int unsigned DEPTH = 4,
  parameter int unsigned WRITES = 2,
  parameter int unsigned READS = 2,
  parameter int unsigned ADDRESS_BITS = (DEPTH > 1) ? $clog2(DEPTH) : 1
) (
  input logic clk_i,
  input logic rst_ni,

  input logic [WRITES-1:0] write_valid_i,
  input logic [ADDRESS_BITS*WRITES-1:0] write_address_i,
  input logic [WIDTH*WRITES-1:0] write_data_i,

  input logic [ADDRESS_BITS*READS-1:0] read_address_i,
  output logic [WIDTH*READS-1:0] read_data_o
);

  if (WRITES > 1 && (DEPTH == 3 || DEPTH == 4)) begin : g_words
    logic [WIDTH-1:0] words_q[0:DEPTH-1];

    for (genvar word = 0; word < DEPTH; word++) begin : g_word
      logic [WRITES-1:0] writes;
      logic [WIDTH-1:0] data;

      always_comb begin : choose_port
        data = write_data_i[WIDTH-1:0];
        for (int i = 0; i < WRITES; i++) begin
          writes[i] = write_valid_i[i]
              && write_address_i[ADDRESS_BITS*i+:ADDRESS_BITS] == ADDRESS_BITS'(word);
          if (writes[i]) data = write_data_i[WIDTH*i+:WIDTH];
        end
      end

      always_ff @(posedge clk_i) begin
        if (writes != '0) words_q[word] <= data;
      end
    end

    for (genvar k = 0; k < READS; k++) begin : g_read
      assign read_data_o[WIDTH*k+:WIDTH] = words_q[read_address_i[ADDRESS_BITS*k+:ADDRESS_BITS]];
    end

    logic unused;
    assign unused = rst_ni;
  end else begin : g_banks
    logic [WIDTH*READS*WRITES-1:0] bank_data;

    for (genvar i = 0; i < WRITES; i++) begin : g_bank
      logic [WIDTH-1:0] memory_q[0:DEPTH-1];

      always_ff @(posedge clk_i) begin
        if (write_valid_i[i]) begin
          memory_q[write_address_i[ADDRESS_BITS*i+:ADDRESS_BITS]] <= write_data_i[WIDTH*i+:WIDTH];
        end
      end

      for (genvar k = 0; k < READS; k++) begin : g_read
        assign bank_data[WIDTH*(WRITES*k+i)+:WIDTH] =
            memory_q[read_address_i[ADDRESS_BITS*k+:ADDRESS_BITS]];
      end
    end

    // ---------------------------------------------------------------------------------------------
    // The bank that was written last
    if (WRITES > 1) begin : g_last
      localparam int unsigned BANK_BITS = $clog2(WRITES);
      logic [BANK_BITS-1:0] bank_d[0:DEPTH-1];
      logic [BANK_BITS-1:0] bank_q[0:DEPTH-1];

      always_comb begin : next_bank
        for (int unsigned word = 0; word < DEPTH; word++) begin
          bank_d[word] = bank_q[word];
          for (int unsigned i = 0; i < WRITES; i++) begin
            if (write_valid_i[i]
                && write_address_i[ADDRESS_BITS*i+:ADDRESS_BITS] == ADDRESS_BITS'(word)) begin
              bank_d[word] = BANK_BITS'(i);
            end
          end
        end
      end

      always_ff @(posedge clk_i or negedge rst_ni) begin
        if (!rst_ni) begin
          for (int i = 0; i < DEPTH; i++) bank_q[i] <= '0;
        end else begin
          for (int i = 0; i < DEPTH; i++) bank_q[i] <= bank_d[i];
        end
      end

      for (genvar k = 0; k < READS; k++) begin : g_choose
        logic [BANK_BITS-1:0] bank;
        assign bank = bank_q[read_address_i[ADDRESS_BITS*k+:ADDRESS_BITS]];
        assign read_data_o[WIDTH*k+:WIDTH] = bank_data[WIDTH*(WRITES*k+32'(bank))+:WIDTH];
      end
    end else begin : g_only
      logic unused;
      assign unused = rst_ni;
      assign read_data_o = bank_data;
    end
  end

endmodule
`default_nettype wire
