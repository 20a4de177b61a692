// Response frames of the host link: bytes in, delimiters, CRC and escapes around them, bytes to the
// UART (docs/architecture/board.md, "Host link").
`default_nettype none
module link_transmitter (
  input logic clk_i,
  input logic rst_ni,

  // From link_commands: the bytes of a frame, without its CRC
  input logic data_valid_i,
  output logic data_ready_o,
  input logic [7:0] data_i,
  input logic data_last_i,

  // To uart_transmitter
  output logic byte_valid_o,
  input logic byte_ready_i,
  output logic [7:0] byte_o
);

  localparam logic [7:0] DELIMITER = 8'h7E;
  localparam logic [7:0] ESCAPE = 8'h7D;

  typedef enum logic [1:0] {
    BEGIN,
    DATA,
    CRC,
    END
  } state_e;

  state_e state_d, state_q;
  logic [31:0] crc_d, crc_q, crc_next;
  logic [1:0] crc_byte_d, crc_byte_q;
  logic escaped_d, escaped_q;  // the escape of this byte has been sent
  logic [7:0] plain;
  logic special, plain_sent, residue;

  link_crc u_crc (
    .crc_i(crc_q),
    .byte_i(data_i),
    .crc_o(crc_next),
    .residue_o(residue)
  );

  assign plain = (state_q == CRC) ? ~crc_q[8*crc_byte_q+:8] : data_i;
  assign special = plain == DELIMITER || plain == ESCAPE;

  always_comb begin : next
    state_d = state_q;
    crc_d = crc_q;
    crc_byte_d = crc_byte_q;
    escaped_d = escaped_q;
    byte_valid_o = data_valid_i || state_q == CRC || state_q == END;
    byte_o = DELIMITER;
    plain_sent = 1'b0;
    if (state_q == DATA || state_q == CRC) begin
      byte_o = !special ? plain : escaped_q ? (plain ^ 8'h20) : ESCAPE;
      if (byte_valid_o && byte_ready_i) begin
        escaped_d = special && !escaped_q;
        plain_sent = !escaped_d;
      end
    end
    data_ready_o = state_q == DATA && plain_sent;
    unique case (state_q)
      BEGIN: begin
        crc_d = '1;
        if (byte_valid_o && byte_ready_i) state_d = DATA;
      end
      DATA: begin
        if (plain_sent) begin
          crc_d = crc_next;
          if (data_last_i) state_d = CRC;
        end
      end
      CRC: begin
        if (plain_sent) begin
          crc_byte_d = crc_byte_q + 2'd1;
          if (crc_byte_q == 2'd3) state_d = END;
        end
      end
      END: if (byte_ready_i) state_d = BEGIN;
      default: state_d = BEGIN;
    endcase
  end

  always_ff @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni) begin
      state_q <= BEGIN;
      crc_q <= '1;
      crc_byte_q <= '0;
      escaped_q <= 1'b0;
    end else begin
      state_q <= state_d;
      crc_q <= crc_d;
      crc_byte_q <= crc_byte_d;
      escaped_q <= escaped_d;
    end
  end

  logic unused;
  assign unused = residue;

endmodule
`default_nettype wire
