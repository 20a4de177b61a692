// Functional models of those cells of the ECP5 that Yosys' library (ecp5/cells_sim.v) has as black
// boxes: ci/gate-sim simulates mapped netlists with them. What they do is from Lattice's "ECP5 and
// ECP5-5G Memory Usage Guide" (FPGA-TN-02204) and "sysDSP Usage Guide" (FPGA-TN-02205). They cover
// what the flow's netlists use; any other parameter ends the simulation.

// Where a word of a block RAM is among its 2048 bytes of nine bits, and what a write changes there.
// A word of 9, 18 or 36 bits is 1, 2 or 4 whole bytes; the latter two have an enable a byte in the
// low bits of the address. One of 1, 2 or 4 bits is in the low eight bits of a byte.
module dp16kd_word #(
  parameter WIDTH = 18
) (
  input wire [13:0] address,
  input wire [35:0] data,
  output wire [10:0] first,
  output wire [2:0] place,
  output wire [35:0] mask,
  output wire [35:0] placed
);
  assign first = WIDTH == 36 ? {address[13:5], 2'd0} : WIDTH == 18 ? {address[13:4], 1'b0} :
      address[13:3];
  assign place = WIDTH == 4 ? {address[2], 2'd0} : WIDTH == 2 ? {address[2:1], 1'b0} :
      WIDTH == 1 ? address[2:0] : 3'd0;
  wire [35:0] enabled = {{9{address[3]}}, {9{address[2]}}, {9{address[1]}}, {9{address[0]}}};
  assign mask = WIDTH == 36 ? enabled : WIDTH == 18 ? {18'd0, enabled[17:0]} :
      WIDTH == 9 ? 36'h1ff : ((36'd1 << WIDTH) - 36'd1) << place;
  assign placed = data << place;
endmodule

// Block RAM with two ports. With 36 bits port A only writes (DIA, DIB) and port B only reads (DOA,
// DOB). Bits that a port reads while the other one writes them are undefined: here they come
// inverted, so that a netlist which counts on either value differs.
module DP16KD #(
  parameter DATA_WIDTH_A = 18,
  parameter DATA_WIDTH_B = 18,
  parameter REGMODE_A = "NOREG",
  parameter REGMODE_B = "NOREG",
  parameter RESETMODE = "SYNC",
  parameter ASYNC_RESET_RELEASE = "SYNC",
  parameter CSDECODE_A = "0b000",
  parameter CSDECODE_B = "0b000",
  parameter CLKAMUX = "CLKA",
  parameter CLKBMUX = "CLKB",
  parameter WRITEMODE_A = "NORMAL",
  parameter WRITEMODE_B = "NORMAL",
  parameter GSR = "ENABLED",
  parameter [319:0] INITVAL_00 = 320'd0,
  parameter [319:0] INITVAL_01 = 320'd0,
  parameter [319:0] INITVAL_02 = 320'd0,
  parameter [319:0] INITVAL_03 = 320'd0,
  parameter [319:0] INITVAL_04 = 320'd0,
  parameter [319:0] INITVAL_05 = 320'd0,
  parameter [319:0] INITVAL_06 = 320'd0,
  parameter [319:0] INITVAL_07 = 320'd0,
  parameter [319:0] INITVAL_08 = 320'd0,
  parameter [319:0] INITVAL_09 = 320'd0,
  parameter [319:0] INITVAL_0A = 320'd0,
  parameter [319:0] INITVAL_0B = 320'd0,
  parameter [319:0] INITVAL_0C = 320'd0,
  parameter [319:0] INITVAL_0D = 320'd0,
  parameter [319:0] INITVAL_0E = 320'd0,
  parameter [319:0] INITVAL_0F = 320'd0,
  parameter [319:0] INITVAL_10 = 320'd0,
  parameter [319:0] INITVAL_11 = 320'd0,
  parameter [319:0] INITVAL_12 = 320'd0,
  parameter [319:0] INITVAL_13 = 320'd0,
  parameter [319:0] INITVAL_14 = 320'd0,
  parameter [319:0] INITVAL_15 = 320'd0,
  parameter [319:0] INITVAL_16 = 320'd0,
  parameter [319:0] INITVAL_17 = 320'd0,
  parameter [319:0] INITVAL_18 = 320'd0,
  parameter [319:0] INITVAL_19 = 320'd0,
  parameter [319:0] INITVAL_1A = 320'd0,
  parameter [319:0] INITVAL_1B = 320'd0,
  parameter [319:0] INITVAL_1C = 320'd0,
  parameter [319:0] INITVAL_1D = 320'd0,
  parameter [319:0] INITVAL_1E = 320'd0,
  parameter [319:0] INITVAL_1F = 320'd0,
  parameter [319:0] INITVAL_20 = 320'd0,
  parameter [319:0] INITVAL_21 = 320'd0,
  parameter [319:0] INITVAL_22 = 320'd0,
  parameter [319:0] INITVAL_23 = 320'd0,
  parameter [319:0] INITVAL_24 = 320'd0,
  parameter [319:0] INITVAL_25 = 320'd0,
  parameter [319:0] INITVAL_26 = 320'd0,
  parameter [319:0] INITVAL_27 = 320'd0,
  parameter [319:0] INITVAL_28 = 320'd0,
  parameter [319:0] INITVAL_29 = 320'd0,
  parameter [319:0] INITVAL_2A = 320'd0,
  parameter [319:0] INITVAL_2B = 320'd0,
  parameter [319:0] INITVAL_2C = 320'd0,
  parameter [319:0] INITVAL_2D = 320'd0,
  parameter [319:0] INITVAL_2E = 320'd0,
  parameter [319:0] INITVAL_2F = 320'd0,
  parameter [319:0] INITVAL_30 = 320'd0,
  parameter [319:0] INITVAL_31 = 320'd0,
  parameter [319:0] INITVAL_32 = 320'd0,
  parameter [319:0] INITVAL_33 = 320'd0,
  parameter [319:0] INITVAL_34 = 320'd0,
  parameter [319:0] INITVAL_35 = 320'd0,
  parameter [319:0] INITVAL_36 = 320'd0,
  parameter [319:0] INITVAL_37 = 320'd0,
  parameter [319:0] INITVAL_38 = 320'd0,
  parameter [319:0] INITVAL_39 = 320'd0,
  parameter [319:0] INITVAL_3A = 320'd0,
  parameter [319:0] INITVAL_3B = 320'd0,
  parameter [319:0] INITVAL_3C = 320'd0,
  parameter [319:0] INITVAL_3D = 320'd0,
  parameter [319:0] INITVAL_3E = 320'd0,
  parameter [319:0] INITVAL_3F = 320'd0
) (
  input wire DIA17, DIA16, DIA15, DIA14, DIA13, DIA12, DIA11, DIA10, DIA9, DIA8, DIA7, DIA6, DIA5,
      DIA4, DIA3, DIA2, DIA1, DIA0,
  input wire ADA13, ADA12, ADA11, ADA10, ADA9, ADA8, ADA7, ADA6, ADA5, ADA4, ADA3, ADA2, ADA1,
      ADA0,
  input wire CEA, OCEA, CLKA, WEA, RSTA, CSA2, CSA1, CSA0,
  output wire DOA17, DOA16, DOA15, DOA14, DOA13, DOA12, DOA11, DOA10, DOA9, DOA8, DOA7, DOA6,
      DOA5, DOA4, DOA3, DOA2, DOA1, DOA0,
  input wire DIB17, DIB16, DIB15, DIB14, DIB13, DIB12, DIB11, DIB10, DIB9, DIB8, DIB7, DIB6, DIB5,
      DIB4, DIB3, DIB2, DIB1, DIB0,
  input wire ADB13, ADB12, ADB11, ADB10, ADB9, ADB8, ADB7, ADB6, ADB5, ADB4, ADB3, ADB2, ADB1,
      ADB0,
  input wire CEB, OCEB, CLKB, WEB, RSTB, CSB2, CSB1, CSB0,
  output wire DOB17, DOB16, DOB15, DOB14, DOB13, DOB12, DOB11, DOB10, DOB9, DOB8, DOB7, DOB6,
      DOB5, DOB4, DOB3, DOB2, DOB1, DOB0
);
  wire [17:0] data_a = {DIA17, DIA16, DIA15, DIA14, DIA13, DIA12, DIA11, DIA10, DIA9, DIA8, DIA7,
      DIA6, DIA5, DIA4, DIA3, DIA2, DIA1, DIA0};
  wire [13:0] address_a = {ADA13, ADA12, ADA11, ADA10, ADA9, ADA8, ADA7, ADA6, ADA5, ADA4, ADA3,
      ADA2, ADA1, ADA0};
  wire [17:0] data_b = {DIB17, DIB16, DIB15, DIB14, DIB13, DIB12, DIB11, DIB10, DIB9, DIB8, DIB7,
      DIB6, DIB5, DIB4, DIB3, DIB2, DIB1, DIB0};
  wire [13:0] address_b = {ADB13, ADB12, ADB11, ADB10, ADB9, ADB8, ADB7, ADB6, ADB5, ADB4, ADB3,
      ADB2, ADB1, ADB0};
  wire [10:0] first_a, first_b;
  wire [2:0] place_a, place_b;
  wire [35:0] mask_a, mask_b, placed_a, placed_b;
  dp16kd_word #(.WIDTH(DATA_WIDTH_A)) where_a (.address(address_a),
      .data(DATA_WIDTH_A == 36 ? {data_b, data_a} : {18'd0, data_a}), .first(first_a),
      .place(place_a), .mask(mask_a), .placed(placed_a));
  dp16kd_word #(.WIDTH(DATA_WIDTH_B)) where_b (.address(address_b), .data({18'd0, data_b}),
      .first(first_b), .place(place_b), .mask(mask_b), .placed(placed_b));

  reg [8:0] bytes[0:2047];
  localparam [20479:0] START = {INITVAL_3F, INITVAL_3E, INITVAL_3D, INITVAL_3C, INITVAL_3B,
      INITVAL_3A, INITVAL_39, INITVAL_38, INITVAL_37, INITVAL_36, INITVAL_35, INITVAL_34,
      INITVAL_33, INITVAL_32, INITVAL_31, INITVAL_30, INITVAL_2F, INITVAL_2E, INITVAL_2D,
      INITVAL_2C, INITVAL_2B, INITVAL_2A, INITVAL_29, INITVAL_28, INITVAL_27, INITVAL_26,
      INITVAL_25, INITVAL_24, INITVAL_23, INITVAL_22, INITVAL_21, INITVAL_20, INITVAL_1F,
      INITVAL_1E, INITVAL_1D, INITVAL_1C, INITVAL_1B, INITVAL_1A, INITVAL_19, INITVAL_18,
      INITVAL_17, INITVAL_16, INITVAL_15, INITVAL_14, INITVAL_13, INITVAL_12, INITVAL_11,
      INITVAL_10, INITVAL_0F, INITVAL_0E, INITVAL_0D, INITVAL_0C, INITVAL_0B, INITVAL_0A,
      INITVAL_09, INITVAL_08, INITVAL_07, INITVAL_06, INITVAL_05, INITVAL_04, INITVAL_03,
      INITVAL_02, INITVAL_01, INITVAL_00};
  integer i;
  initial begin
    for (i = 0; i < 2048; i = i + 1) bytes[i] = START[20*(i/2)+9*(i%2)+:9];
    if (REGMODE_A != "NOREG" || REGMODE_B != "NOREG" || CSDECODE_A != "0b000" ||
        CSDECODE_B != "0b000" || CLKAMUX != "CLKA" || CLKBMUX != "CLKB") begin
      $display("DP16KD: tb/gates/ecp5_blocks.v has no model of these parameters");
      $finish;
    end
  end

  wire active_a = CEA && !CSA0 && !CSA1 && !CSA2;
  wire active_b = CEB && !CSB0 && !CSB1 && !CSB2;
  reg [35:0] word_a_q = 36'd0, word_b_q = 36'd0, read_a, read_b;
  reg [10:0] number_a, number_b;
  integer a, b, word_a, word_b, other_a, other_b;

  wire clear_a = RESETMODE == "ASYNC" && RSTA, clear_b = RESETMODE == "ASYNC" && RSTB;

  always @(posedge CLKA) begin
    for (a = 0; a < 4; a = a + 1) begin
      number_a = first_a + a[10:0];
      if (active_a && WEA && mask_a[9*a+:9] != 9'd0) begin
        bytes[number_a] <= (bytes[number_a] & ~mask_a[9*a+:9]) |
            (placed_a[9*a+:9] & mask_a[9*a+:9]);
      end
    end
  end
  // A port that writes keeps what it read before, or reads the old or the new word.
  always @(posedge CLKA or posedge clear_a) begin
    read_a = 36'd0;
    for (word_a = 0; word_a < 4; word_a = word_a + 1) begin
      read_a[9*word_a+:9] = bytes[first_a+word_a[10:0]];
      for (other_a = 0; other_a < 4; other_a = other_a + 1) begin
        if (active_b && WEB &&
            first_a + word_a[10:0] == first_b + other_a[10:0]) begin
          read_a[9*word_a+:9] = read_a[9*word_a+:9] ^ mask_b[9*other_a+:9];
        end
      end
    end
    if (WEA && WRITEMODE_A == "WRITETHROUGH") begin
      read_a = (read_a & ~mask_a) | (placed_a & mask_a);
    end
    if (RSTA) word_a_q <= 36'd0;
    else if (active_a && (!WEA || WRITEMODE_A != "NORMAL")) word_a_q <= read_a >> place_a;
  end

  always @(posedge CLKB) begin
    for (b = 0; b < 4; b = b + 1) begin
      number_b = first_b + b[10:0];
      if (active_b && WEB && mask_b[9*b+:9] != 9'd0) begin
        bytes[number_b] <= (bytes[number_b] & ~mask_b[9*b+:9]) |
            (placed_b[9*b+:9] & mask_b[9*b+:9]);
      end
    end
  end
  // A port that writes keeps what it read before, or reads the old or the new word.
  always @(posedge CLKB or posedge clear_b) begin
    read_b = 36'd0;
    for (word_b = 0; word_b < 4; word_b = word_b + 1) begin
      read_b[9*word_b+:9] = bytes[first_b+word_b[10:0]];
      for (other_b = 0; other_b < 4; other_b = other_b + 1) begin
        if (active_a && WEA &&
            first_b + word_b[10:0] == first_a + other_b[10:0]) begin
          read_b[9*word_b+:9] = read_b[9*word_b+:9] ^ mask_a[9*other_b+:9];
        end
      end
    end
    if (WEB && WRITEMODE_B == "WRITETHROUGH") begin
      read_b = (read_b & ~mask_b) | (placed_b & mask_b);
    end
    if (RSTB) word_b_q <= 36'd0;
    else if (active_b && (!WEB || WRITEMODE_B != "NORMAL")) word_b_q <= read_b >> place_b;
  end

  assign {DOA17, DOA16, DOA15, DOA14, DOA13, DOA12, DOA11, DOA10, DOA9, DOA8, DOA7, DOA6, DOA5,
      DOA4, DOA3, DOA2, DOA1, DOA0} = DATA_WIDTH_B == 36 ? word_b_q[17:0] : word_a_q[17:0];
  assign {DOB17, DOB16, DOB15, DOB14, DOB13, DOB12, DOB11, DOB10, DOB9, DOB8, DOB7, DOB6, DOB5,
      DOB4, DOB3, DOB2, DOB1, DOB0} = DATA_WIDTH_B == 36 ? word_b_q[35:18] : word_b_q[17:0];
endmodule

// A multiplier without its registers, which the flow leaves alone.
module MULT18X18D #(
  parameter REG_INPUTA_CLK = "NONE",
  parameter REG_INPUTB_CLK = "NONE",
  parameter REG_PIPELINE_CLK = "NONE",
  parameter REG_OUTPUT_CLK = "NONE"
) (
  input wire A17, A16, A15, A14, A13, A12, A11, A10, A9, A8, A7, A6, A5, A4, A3, A2, A1, A0,
  input wire B17, B16, B15, B14, B13, B12, B11, B10, B9, B8, B7, B6, B5, B4, B3, B2, B1, B0,
  input wire C17, C16, C15, C14, C13, C12, C11, C10, C9, C8, C7, C6, C5, C4, C3, C2, C1, C0,
  input wire SIGNEDA, SIGNEDB, SOURCEA, SOURCEB,
  output wire P35, P34, P33, P32, P31, P30, P29, P28, P27, P26, P25, P24, P23, P22, P21, P20, P19,
      P18, P17, P16, P15, P14, P13, P12, P11, P10, P9, P8, P7, P6, P5, P4, P3, P2, P1, P0
);
  wire [17:0] a = {A17, A16, A15, A14, A13, A12, A11, A10, A9, A8, A7, A6, A5, A4, A3, A2, A1,
      A0};
  wire [17:0] b = {B17, B16, B15, B14, B13, B12, B11, B10, B9, B8, B7, B6, B5, B4, B3, B2, B1,
      B0};
  wire [35:0] product = {{18{SIGNEDA & a[17]}}, a} * {{18{SIGNEDB & b[17]}}, b};
  assign {P35, P34, P33, P32, P31, P30, P29, P28, P27, P26, P25, P24, P23, P22, P21, P20, P19,
      P18, P17, P16, P15, P14, P13, P12, P11, P10, P9, P8, P7, P6, P5, P4, P3, P2, P1, P0} =
      product;

  initial begin
    if (REG_INPUTA_CLK != "NONE" || REG_INPUTB_CLK != "NONE" || REG_PIPELINE_CLK != "NONE" ||
        REG_OUTPUT_CLK != "NONE") begin
      $display("MULT18X18D: tb/gates/ecp5_blocks.v has no model of these parameters");
      $finish;
    end
  end
endmodule
