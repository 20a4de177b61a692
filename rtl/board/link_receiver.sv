// Request frames of the host link: bytes of the UART in, whole and checked frames out
// (docs/architecture/board.md, "Host link").
//
// Four slots of a RAM hold the frames that link_commands has not finished. A frame that has a wrong
// CRC, length or form, or finds no slot free, leaves nothing but the event bad_frame_o.
`default_nettype none
module link_receiver (
  input logic clk_i,
  input logic rst_ni,

  // From uart_receiver
  input logic byte_valid_i,
  input logic [7:0] byte_i,
  input logic byte_error_i,

  // To and from link_commands: the oldest frame, its bytes one cycle after the index
  output logic frame_valid_o,
  input logic frame_done_i,
  input logic [8:0] index_i,
  output logic [7:0] data_o,
  output logic bad_frame_o
);

  localparam int unsigned SLOTS = 4;
  localparam int unsigned HEADER_BYTES = 8;
  localparam int unsigned CRC_BYTES = 4;
  localparam int unsigned MOST_DATA = 256;
  localparam logic [7:0] DELIMITER = 8'h7E;
  localparam logic [7:0] ESCAPE = 8'h7D;
  // Bits of the command byte: data come with writes that do not clear.
  localparam int unsigned WRITES = 1;
  localparam int unsigned CLEARS = 2;

  logic [1:0] write_slot_d, write_slot_q, read_slot_d, read_slot_q;
  logic [2:0] used_d, used_q;
  logic [8:0] count_d, count_q;  // bytes of the frame, without escapes
  logic escape_d, escape_q, bad_d, bad_q, carries_d, carries_q;
  logic [15:0] length_d, length_q;
  logic [31:0] crc_d, crc_q, crc_next;
  logic bad_frame_d, bad_frame_q;
  logic [7:0] data;
  logic take, push, residue, length_fits;
  logic [9:0] wanted;

  link_crc u_crc (
    .crc_i(crc_q),
    .byte_i(data),
    .crc_o(crc_next),
    .residue_o(residue)
  );

  assign data = escape_q ? (byte_i ^ 8'h20) : byte_i;
  assign wanted = 10'(HEADER_BYTES + CRC_BYTES) + (carries_q ? length_q[9:0] : 10'd0);
  assign length_fits = length_q <= 16'(MOST_DATA) && 10'(count_q) == wanted;

  always_comb begin : next
    count_d = count_q;
    escape_d = escape_q;
    bad_d = bad_q;
    carries_d = carries_q;
    length_d = length_q;
    crc_d = crc_q;
    bad_frame_d = 1'b0;
    take = 1'b0;
    push = 1'b0;
    if (byte_valid_i) begin
      if (byte_i == DELIMITER && !byte_error_i) begin
        if (count_q != '0 || bad_q || escape_q) begin
          push = !bad_q && !escape_q && residue && length_fits && used_q != 3'(SLOTS);
          bad_frame_d = !push;
        end
        count_d = '0;
        escape_d = 1'b0;
        bad_d = 1'b0;
        crc_d = '1;
      end else if (byte_error_i || count_q == '1) begin
        bad_d = 1'b1;
      end else if (byte_i == ESCAPE) begin
        escape_d = 1'b1;
      end else begin
        take = 1'b1;
        escape_d = 1'b0;
        count_d = count_q + 9'd1;
        crc_d = crc_next;
        if (count_q == 9'd1) carries_d = data[WRITES] && !data[CLEARS];
        if (count_q == 9'd6) length_d[7:0] = data;
        if (count_q == 9'd7) length_d[15:8] = data;
      end
    end
    write_slot_d = write_slot_q + 2'(push);
    read_slot_d = read_slot_q + 2'(frame_done_i);
    used_d = used_q + 3'(push) - 3'(frame_done_i);
  end

  // Never both on one slot: a slot is written while it is free.
  ram_1r1w #(
    .WIDTH(8),
    .DEPTH(SLOTS * 512),
    .COLLIDES(0)
  ) u_slots (
    .clk_i,
    .read_valid_i(frame_valid_o),
    .read_address_i({read_slot_q, index_i}),
    .read_data_o(data_o),
    .write_valid_i(take && used_q != 3'(SLOTS)),
    .write_address_i({write_slot_q, count_q}),
    .write_mask_i(1'b1),
    .write_data_i(data)
  );

  always_ff @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni) begin
      write_slot_q <= '0;
      read_slot_q <= '0;
      used_q <= '0;
      count_q <= '0;
      escape_q <= 1'b0;
      bad_q <= 1'b0;
      crc_q <= '1;
      bad_frame_q <= 1'b0;
    end else begin
      write_slot_q <= write_slot_d;
      read_slot_q <= read_slot_d;
      used_q <= used_d;
      count_q <= count_d;
      escape_q <= escape_d;
      bad_q <= bad_d;
      crc_q <= crc_d;
      bad_frame_q <= bad_frame_d;
    end
  end

  always_ff @(posedge clk_i) begin
    carries_q <= carries_d;
    length_q <= length_d;
  end

  assign frame_valid_o = used_q != '0;
  assign bad_frame_o = bad_frame_q;

endmodule
`default_nettype wire
