// Decodes an operand row once for all lanes and carries the control bits beside the lanes'
// pipelines.
//
// `stageN_` is what the lanes need in cycle c+N for the row visible in c. The result's control part
// leaves in c + EXEC_LATENCY. Only the row's validity is reset: the rest means nothing without it.
`default_nettype none
module lane_control (
  input logic clk_i,
  input logic rst_ni,

  // From operand_collector, c
  input logic row_valid_i,
  input logic row_high_i,  // of a copy or an MMA
  input heddle_pkg::exec_ctl_t row_ctl_i,

  // To lanes
  output logic stage0_valid_o,            // a row of the fixed pipe
  output logic [1:0] stage0_a_select_o,   // rs1, pc, zero
  output logic [1:0] stage0_b_select_o,   // rs2, imm, four, 1.0
  output logic [1:0] stage0_c_select_o,   // rs3, rs2, rs1
  output logic stage0_shift_o,            // or rotation: a multiplication by a power of two
  output logic stage0_left_o,
  output heddle_pkg::alu_ctl_t stage1_alu_o,
  output heddle_pkg::comparison_ctl_t stage1_comparison_o,
  output heddle_pkg::comparison_ctl_t stage2_comparison_o,
  output logic stage1_widen_o,
  output logic stage1_narrow_o,
  output logic [1:0] stage1_format_o,     // heddle_pkg::NARROW_
  output logic stage1_halves_o,           // two at once
  output logic stage1_fma_o,
  output logic stage1_multiply_o,
  output logic stage1_a_signed_o,
  output logic stage1_b_signed_o,
  output logic stage1_negate_product_o,
  output logic stage1_negate_addend_o,
  output logic stage1_multiply_only_o,
  output logic stage1_from_int_o,
  output logic stage1_to_int_o,
  output logic stage1_int_unsigned_o,
  output logic stage2_multiply_o,
  output logic stage2_multiply_low_o,
  output logic stage2_multiply_high_o,
  output logic stage2_shift_right_o,
  output logic stage2_narrow_o,
  output logic [2:0] stage2_rm_o,
  output logic [1:0] stage2_format_o,
  output logic stage3_narrow_o,
  output logic stage4_narrow_o,
  output logic [1:0] stage4_format_o,
  output logic stage4_halves_o,
  output logic stage3_from_int_o,
  output logic stage4_csr_o,
  output logic stage5_to_int_o,
  output logic stage7_to_int_o,
  output logic stage8_to_int_o,
  output logic stage8_int_unsigned_o,

  // To scoreboard, c+5
  output logic release_valid_o,
  output logic [heddle_pkg::WARP_BITS-1:0] release_warp_o,
  output logic [4:0] release_rd_o,
  output logic release_writes_rd_o,

  // To writeback, c+8 and c+9
  output logic result_next_valid_o,
  output logic float_next_valid_o,  // a row that may change flags, c+8
  output logic result_valid_o,
  output heddle_pkg::result_ctl_t result_ctl_o,
  output logic result_float_o
);

  localparam int unsigned STAGES = heddle_pkg::EXEC_LATENCY;
  localparam int unsigned RELEASE_STAGE = STAGES - 4;
  localparam int unsigned WARP_BITS = heddle_pkg::WARP_BITS;
  localparam int unsigned CTL_BITS = WARP_BITS + heddle_pkg::BEAT_BITS + 7;
  // Where the fields of a result_ctl_t lie.
  localparam int unsigned CTL_WRITES_RD = heddle_pkg::BEAT_BITS + 1;
  localparam int unsigned CTL_RD = CTL_WRITES_RD + 1;
  localparam int unsigned CTL_WARP = CTL_RD + 5;

  logic valid_d;
  assign valid_d = row_valid_i && row_ctl_i.unit != heddle_pkg::UNIT_MEMORY
      && row_ctl_i.unit != heddle_pkg::UNIT_DIVIDE && row_ctl_i.unit != heddle_pkg::UNIT_WARP
      && row_ctl_i.unit != heddle_pkg::UNIT_SFU
      && (!heddle_pkg::MATRIX_ENGINE || row_ctl_i.unit != heddle_pkg::UNIT_TENSOR)
      && ((heddle_pkg::COPY_TAGS == 0 && !heddle_pkg::MATRIX_ENGINE) || !row_high_i);

  logic [heddle_pkg::OP_BITS-1:0] op;  // immediate forms by their register form
  logic fma_d, multiply_d, multiply_low_d, multiply_high_d, a_signed_d, b_signed_d;
  logic shift_right_d, negate_product_d;
  logic negate_addend_d, multiply_only_d, from_int_d, to_int_d, int_unsigned_d;
  logic widen_d, narrow_d, halves_d;
  logic [1:0] format_d;

  always_comb begin : decode
    op = row_ctl_i.op;
    shift_right_d = 1'b0;
    multiply_low_d = 1'b1;
    multiply_high_d = 1'b0;
    a_signed_d = 1'b0;
    b_signed_d = 1'b0;
    widen_d = 1'b0;
    narrow_d = 1'b0;
    halves_d = 1'b0;
    format_d = heddle_pkg::NARROW_HALF;
    fma_d = 1'b0;
    negate_product_d = 1'b0;
    negate_addend_d = 1'b0;
    multiply_only_d = 1'b0;
    from_int_d = 1'b0;
    to_int_d = 1'b0;
    int_unsigned_d = 1'b0;
    multiply_d = row_ctl_i.unit == heddle_pkg::UNIT_MUL;
    case (row_ctl_i.op)
      heddle_pkg::OP_LUI, heddle_pkg::OP_AUIPC, heddle_pkg::OP_JAL, heddle_pkg::OP_JALR,
      heddle_pkg::OP_ADDI:
        op = heddle_pkg::OP_ADD;
      heddle_pkg::OP_SLTI: op = heddle_pkg::OP_SLT;
      heddle_pkg::OP_SLTIU: op = heddle_pkg::OP_SLTU;
      heddle_pkg::OP_XORI: op = heddle_pkg::OP_XOR;
      heddle_pkg::OP_ORI: op = heddle_pkg::OP_OR;
      heddle_pkg::OP_ANDI: op = heddle_pkg::OP_AND;
      heddle_pkg::OP_SRLI, heddle_pkg::OP_SRL, heddle_pkg::OP_SRAI, heddle_pkg::OP_SRA: begin
        shift_right_d = 1'b1;
        multiply_low_d = 1'b0;
        multiply_high_d = 1'b1;
        a_signed_d = row_ctl_i.op == heddle_pkg::OP_SRAI || row_ctl_i.op == heddle_pkg::OP_SRA;
      end
      heddle_pkg::OP_RORI, heddle_pkg::OP_ROR, heddle_pkg::OP_ROL: multiply_high_d = 1'b1;
      heddle_pkg::OP_MULH: begin
        multiply_low_d = 1'b0;
        multiply_high_d = 1'b1;
        a_signed_d = 1'b1;
        b_signed_d = 1'b1;
      end
      heddle_pkg::OP_MULHSU: begin
        multiply_low_d = 1'b0;
        multiply_high_d = 1'b1;
        a_signed_d = 1'b1;
      end
      heddle_pkg::OP_MULHU: begin
        multiply_low_d = 1'b0;
        multiply_high_d = 1'b1;
      end
      heddle_pkg::OP_FMADD_S: fma_d = 1'b1;
      heddle_pkg::OP_FMSUB_S: begin
        fma_d = 1'b1;
        negate_addend_d = 1'b1;
      end
      heddle_pkg::OP_FNMSUB_S: begin
        fma_d = 1'b1;
        negate_product_d = 1'b1;
      end
      heddle_pkg::OP_FNMADD_S: begin
        fma_d = 1'b1;
        negate_product_d = 1'b1;
        negate_addend_d = 1'b1;
      end
      heddle_pkg::OP_FADD_S, heddle_pkg::OP_FSUB_S: begin
        fma_d = 1'b1;
        negate_addend_d = row_ctl_i.op == heddle_pkg::OP_FSUB_S;
      end
      heddle_pkg::OP_FMUL_S: begin
        fma_d = 1'b1;
        multiply_only_d = 1'b1;
      end
      heddle_pkg::OP_FCVT_W_S, heddle_pkg::OP_FCVT_WU_S: begin
        fma_d = 1'b1;
        to_int_d = 1'b1;
        int_unsigned_d = row_ctl_i.op == heddle_pkg::OP_FCVT_WU_S;
      end
      heddle_pkg::OP_FCVT_S_W, heddle_pkg::OP_FCVT_S_WU: begin
        fma_d = 1'b1;
        from_int_d = 1'b1;
        int_unsigned_d = row_ctl_i.op == heddle_pkg::OP_FCVT_S_WU;
      end
      heddle_pkg::OP_FCVT_S_H, heddle_pkg::OP_FCVT_S_BF16, heddle_pkg::OP_FCVT_S_E4M3,
      heddle_pkg::OP_FCVT_S_E5M2: begin
        widen_d = 1'b1;
        case (row_ctl_i.op)
          heddle_pkg::OP_FCVT_S_BF16: format_d = heddle_pkg::NARROW_BFLOAT16;
          heddle_pkg::OP_FCVT_S_E4M3: format_d = heddle_pkg::NARROW_E4M3;
          heddle_pkg::OP_FCVT_S_E5M2: format_d = heddle_pkg::NARROW_E5M2;
          default: ;
        endcase
      end
      heddle_pkg::OP_FCVT_H_S: narrow_d = 1'b1;
      heddle_pkg::OP_FCVT_HX2_S: begin
        narrow_d = 1'b1;
        halves_d = 1'b1;
      end
      heddle_pkg::OP_FCVT_BF16_S: begin
        narrow_d = 1'b1;
        format_d = heddle_pkg::NARROW_BFLOAT16;
      end
      heddle_pkg::OP_FCVT_E4M3X2_S: begin
        narrow_d = 1'b1;
        format_d = heddle_pkg::NARROW_E4M3;
      end
      heddle_pkg::OP_FCVT_E5M2X2_S: begin
        narrow_d = 1'b1;
        format_d = heddle_pkg::NARROW_E5M2;
      end
      default: ;
    endcase
    if (row_ctl_i.select.shift) multiply_d = 1'b1;
  end

  heddle_pkg::alu_ctl_t alu_d, alu_q;
  heddle_pkg::comparison_ctl_t comparison_d, comparison1_q, comparison2_q;

  alu_control u_alu_control (
    .op_i(op),
    .alu_o(alu_d),
    .comparison_o(comparison_d)
  );

  // Bit or field n - 1 belongs to stage n.
  logic [STAGES-1:0] valid_q, float_q;
  logic [CTL_BITS*STAGES-1:0] ctl_q;
  logic [RELEASE_STAGE-1:0] first_q;
  logic [7:0] to_int_q, int_unsigned_q;
  logic [1:0] multiply_q, multiply_low_q, multiply_high_q, shift_right_q;
  logic [2:0] from_int_q;
  logic [3:0] narrow_q, halves_q;
  logic [7:0] format_q;
  logic [STAGES-2:0] csr_q;
  logic [5:0] rm_q;
  logic widen_q, fma_q, a_signed_q, b_signed_q, negate_product_q, negate_addend_q, multiply_only_q;
  heddle_pkg::result_ctl_t ctl_d;

  always_comb begin : result_control
    ctl_d.warp = row_ctl_i.warp;
    ctl_d.rd = row_ctl_i.rd;
    ctl_d.writes_rd = row_ctl_i.writes_rd;
    ctl_d.beat = row_ctl_i.beat;
    ctl_d.last = row_ctl_i.last;
  end

  always_ff @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni) valid_q <= '0;
    else valid_q <= {valid_q[STAGES-2:0], valid_d};
  end

  always_ff @(posedge clk_i) begin
    ctl_q <= {ctl_q[CTL_BITS*(STAGES-1)-1:0], ctl_d};
    float_q <= {float_q[STAGES-2:0], row_ctl_i.unit == heddle_pkg::UNIT_FLOAT};
    first_q <= {first_q[RELEASE_STAGE-2:0], row_ctl_i.first};
    csr_q <= {csr_q[STAGES-3:0], row_ctl_i.unit == heddle_pkg::UNIT_CSR};
    rm_q <= {rm_q[2:0], row_ctl_i.rm};
    to_int_q <= {to_int_q[6:0], to_int_d};
    int_unsigned_q <= {int_unsigned_q[6:0], int_unsigned_d};
    multiply_q <= {multiply_q[0], multiply_d};
    multiply_low_q <= {multiply_low_q[0], multiply_low_d};
    shift_right_q <= {shift_right_q[0], shift_right_d};
    multiply_high_q <= {multiply_high_q[0], multiply_high_d};
    from_int_q <= {from_int_q[1:0], from_int_d};
    alu_q <= alu_d;
    comparison1_q <= comparison_d;
    comparison2_q <= comparison1_q;
    narrow_q <= {narrow_q[2:0], narrow_d};
    halves_q <= {halves_q[2:0], halves_d};
    format_q <= {format_q[5:0], format_d};
    widen_q <= widen_d;
    fma_q <= fma_d;
    a_signed_q <= a_signed_d;
    b_signed_q <= b_signed_d;
    negate_product_q <= negate_product_d;
    negate_addend_q <= negate_addend_d;
    multiply_only_q <= multiply_only_d;
  end

  assign stage0_valid_o = valid_d;
  assign stage0_a_select_o = row_ctl_i.select.a;
  assign stage0_b_select_o = row_ctl_i.select.b;
  assign stage0_c_select_o = row_ctl_i.select.c;
  assign stage0_shift_o = row_ctl_i.select.shift;
  assign stage0_left_o = row_ctl_i.select.left;
  assign stage1_alu_o = alu_q;
  assign stage1_comparison_o = comparison1_q;
  assign stage2_comparison_o = comparison2_q;
  assign stage1_widen_o = widen_q;
  assign stage1_narrow_o = narrow_q[0];
  assign stage1_format_o = format_q[1:0];
  assign stage1_halves_o = halves_q[0];
  assign stage2_narrow_o = narrow_q[1];
  assign stage3_narrow_o = narrow_q[2];
  assign stage2_format_o = format_q[3:2];
  assign stage4_narrow_o = narrow_q[3];
  assign stage4_format_o = format_q[7:6];
  assign stage4_halves_o = halves_q[3];
  assign stage1_fma_o = fma_q;
  assign stage1_multiply_o = multiply_q[0];
  assign stage1_a_signed_o = a_signed_q;
  assign stage1_b_signed_o = b_signed_q;
  assign stage1_negate_product_o = negate_product_q;
  assign stage1_negate_addend_o = negate_addend_q;
  assign stage1_multiply_only_o = multiply_only_q;
  assign stage1_from_int_o = from_int_q[0];
  assign stage1_to_int_o = to_int_q[0];
  assign stage1_int_unsigned_o = int_unsigned_q[0];
  assign stage2_multiply_o = multiply_q[1];
  assign stage2_rm_o = rm_q[5:3];
  assign stage2_multiply_low_o = multiply_low_q[1];
  assign stage2_shift_right_o = shift_right_q[1];
  assign stage2_multiply_high_o = multiply_high_q[1];
  assign stage3_from_int_o = from_int_q[2];
  assign stage4_csr_o = csr_q[3];
  assign stage5_to_int_o = to_int_q[4];
  assign stage7_to_int_o = to_int_q[6];
  assign stage8_to_int_o = to_int_q[7];
  assign stage8_int_unsigned_o = int_unsigned_q[7];

  localparam int unsigned RELEASE_BASE = CTL_BITS * (RELEASE_STAGE - 1);
  assign release_valid_o = valid_q[RELEASE_STAGE-1] && first_q[RELEASE_STAGE-1];
  assign release_warp_o = ctl_q[RELEASE_BASE+CTL_WARP+:WARP_BITS];
  assign release_rd_o = ctl_q[RELEASE_BASE+CTL_RD+:5];
  assign release_writes_rd_o = ctl_q[RELEASE_BASE+CTL_WRITES_RD];

  assign result_next_valid_o = valid_q[STAGES-2] && ctl_q[CTL_BITS*(STAGES-2)+CTL_WRITES_RD];
  assign float_next_valid_o = valid_q[STAGES-2] && (float_q[STAGES-2] || csr_q[STAGES-2]);
  assign result_valid_o = valid_q[STAGES-1];
  assign result_ctl_o = ctl_q[CTL_BITS*(STAGES-1)+:CTL_BITS];
  assign result_float_o = float_q[STAGES-1];

  // Branch unit and CSR unit read the other fields of the row.
  logic unused;
  assign unused = ^{row_ctl_i.pc, row_ctl_i.imm, row_ctl_i.depth};

endmodule
`default_nettype wire
