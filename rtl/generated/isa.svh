// Made by isa/generate.py from isa/instructions.tsv and isa/csrs.tsv; do not edit.
//
// The instruction set, for inclusion inside heddle_pkg. OP_ILLEGAL stands for every word that is no
// instruction; all functions of it are 0.
  // verilator lint_off UNUSEDPARAM
  localparam int unsigned OP_BITS = 8;
  localparam int unsigned UNIT_BITS = 4;
  localparam int unsigned FORMAT_BITS = 4;

  localparam logic [7:0] OP_ILLEGAL              = 8'd0;
  localparam logic [7:0] OP_LUI                  = 8'd1;
  localparam logic [7:0] OP_AUIPC                = 8'd2;
  localparam logic [7:0] OP_JAL                  = 8'd3;
  localparam logic [7:0] OP_JALR                 = 8'd4;
  localparam logic [7:0] OP_BEQ                  = 8'd5;
  localparam logic [7:0] OP_BNE                  = 8'd6;
  localparam logic [7:0] OP_BLT                  = 8'd7;
  localparam logic [7:0] OP_BGE                  = 8'd8;
  localparam logic [7:0] OP_BLTU                 = 8'd9;
  localparam logic [7:0] OP_BGEU                 = 8'd10;
  localparam logic [7:0] OP_LB                   = 8'd11;
  localparam logic [7:0] OP_LH                   = 8'd12;
  localparam logic [7:0] OP_LW                   = 8'd13;
  localparam logic [7:0] OP_LBU                  = 8'd14;
  localparam logic [7:0] OP_LHU                  = 8'd15;
  localparam logic [7:0] OP_SB                   = 8'd16;
  localparam logic [7:0] OP_SH                   = 8'd17;
  localparam logic [7:0] OP_SW                   = 8'd18;
  localparam logic [7:0] OP_ADDI                 = 8'd19;
  localparam logic [7:0] OP_SLTI                 = 8'd20;
  localparam logic [7:0] OP_SLTIU                = 8'd21;
  localparam logic [7:0] OP_XORI                 = 8'd22;
  localparam logic [7:0] OP_ORI                  = 8'd23;
  localparam logic [7:0] OP_ANDI                 = 8'd24;
  localparam logic [7:0] OP_SLLI                 = 8'd25;
  localparam logic [7:0] OP_SRLI                 = 8'd26;
  localparam logic [7:0] OP_SRAI                 = 8'd27;
  localparam logic [7:0] OP_ADD                  = 8'd28;
  localparam logic [7:0] OP_SUB                  = 8'd29;
  localparam logic [7:0] OP_SLL                  = 8'd30;
  localparam logic [7:0] OP_SLT                  = 8'd31;
  localparam logic [7:0] OP_SLTU                 = 8'd32;
  localparam logic [7:0] OP_XOR                  = 8'd33;
  localparam logic [7:0] OP_SRL                  = 8'd34;
  localparam logic [7:0] OP_SRA                  = 8'd35;
  localparam logic [7:0] OP_OR                   = 8'd36;
  localparam logic [7:0] OP_AND                  = 8'd37;
  localparam logic [7:0] OP_FENCE                = 8'd38;
  localparam logic [7:0] OP_FENCE_I              = 8'd39;
  localparam logic [7:0] OP_ECALL                = 8'd40;
  localparam logic [7:0] OP_EBREAK               = 8'd41;
  localparam logic [7:0] OP_CSRRW                = 8'd42;
  localparam logic [7:0] OP_CSRRS                = 8'd43;
  localparam logic [7:0] OP_CSRRC                = 8'd44;
  localparam logic [7:0] OP_CSRRWI               = 8'd45;
  localparam logic [7:0] OP_CSRRSI               = 8'd46;
  localparam logic [7:0] OP_CSRRCI               = 8'd47;
  localparam logic [7:0] OP_MUL                  = 8'd48;
  localparam logic [7:0] OP_MULH                 = 8'd49;
  localparam logic [7:0] OP_MULHSU               = 8'd50;
  localparam logic [7:0] OP_MULHU                = 8'd51;
  localparam logic [7:0] OP_DIV                  = 8'd52;
  localparam logic [7:0] OP_DIVU                 = 8'd53;
  localparam logic [7:0] OP_REM                  = 8'd54;
  localparam logic [7:0] OP_REMU                 = 8'd55;
  localparam logic [7:0] OP_SH1ADD               = 8'd56;
  localparam logic [7:0] OP_SH2ADD               = 8'd57;
  localparam logic [7:0] OP_SH3ADD               = 8'd58;
  localparam logic [7:0] OP_ANDN                 = 8'd59;
  localparam logic [7:0] OP_ORN                  = 8'd60;
  localparam logic [7:0] OP_XNOR                 = 8'd61;
  localparam logic [7:0] OP_MAX                  = 8'd62;
  localparam logic [7:0] OP_MAXU                 = 8'd63;
  localparam logic [7:0] OP_MIN                  = 8'd64;
  localparam logic [7:0] OP_MINU                 = 8'd65;
  localparam logic [7:0] OP_ROL                  = 8'd66;
  localparam logic [7:0] OP_ROR                  = 8'd67;
  localparam logic [7:0] OP_RORI                 = 8'd68;
  localparam logic [7:0] OP_CLZ                  = 8'd69;
  localparam logic [7:0] OP_CTZ                  = 8'd70;
  localparam logic [7:0] OP_CPOP                 = 8'd71;
  localparam logic [7:0] OP_SEXT_B               = 8'd72;
  localparam logic [7:0] OP_SEXT_H               = 8'd73;
  localparam logic [7:0] OP_ZEXT_H               = 8'd74;
  localparam logic [7:0] OP_ORC_B                = 8'd75;
  localparam logic [7:0] OP_REV8                 = 8'd76;
  localparam logic [7:0] OP_CZERO_EQZ            = 8'd77;
  localparam logic [7:0] OP_CZERO_NEZ            = 8'd78;
  localparam logic [7:0] OP_FMADD_S              = 8'd79;
  localparam logic [7:0] OP_FMSUB_S              = 8'd80;
  localparam logic [7:0] OP_FNMSUB_S             = 8'd81;
  localparam logic [7:0] OP_FNMADD_S             = 8'd82;
  localparam logic [7:0] OP_FADD_S               = 8'd83;
  localparam logic [7:0] OP_FSUB_S               = 8'd84;
  localparam logic [7:0] OP_FMUL_S               = 8'd85;
  localparam logic [7:0] OP_FDIV_S               = 8'd86;
  localparam logic [7:0] OP_FSQRT_S              = 8'd87;
  localparam logic [7:0] OP_FSGNJ_S              = 8'd88;
  localparam logic [7:0] OP_FSGNJN_S             = 8'd89;
  localparam logic [7:0] OP_FSGNJX_S             = 8'd90;
  localparam logic [7:0] OP_FMIN_S               = 8'd91;
  localparam logic [7:0] OP_FMAX_S               = 8'd92;
  localparam logic [7:0] OP_FEQ_S                = 8'd93;
  localparam logic [7:0] OP_FLT_S                = 8'd94;
  localparam logic [7:0] OP_FLE_S                = 8'd95;
  localparam logic [7:0] OP_FCLASS_S             = 8'd96;
  localparam logic [7:0] OP_FCVT_W_S             = 8'd97;
  localparam logic [7:0] OP_FCVT_WU_S            = 8'd98;
  localparam logic [7:0] OP_FCVT_S_W             = 8'd99;
  localparam logic [7:0] OP_FCVT_S_WU            = 8'd100;
  localparam logic [7:0] OP_FCVT_S_H             = 8'd101;
  localparam logic [7:0] OP_FCVT_H_S             = 8'd102;
  localparam logic [7:0] OP_FCVT_S_BF16          = 8'd103;
  localparam logic [7:0] OP_FCVT_BF16_S          = 8'd104;
  localparam logic [7:0] OP_EXIT                 = 8'd105;
  localparam logic [7:0] OP_BAR_SYNC             = 8'd106;
  localparam logic [7:0] OP_BAR_ARRIVE           = 8'd107;
  localparam logic [7:0] OP_WARPSYNC             = 8'd108;
  localparam logic [7:0] OP_SHFL_UP              = 8'd109;
  localparam logic [7:0] OP_SHFL_DOWN            = 8'd110;
  localparam logic [7:0] OP_SHFL_BFLY            = 8'd111;
  localparam logic [7:0] OP_SHFL_IDX             = 8'd112;
  localparam logic [7:0] OP_VOTE_ALL             = 8'd113;
  localparam logic [7:0] OP_VOTE_ANY             = 8'd114;
  localparam logic [7:0] OP_VOTE_BALLOT          = 8'd115;
  localparam logic [7:0] OP_ACTIVEMASK           = 8'd116;
  localparam logic [7:0] OP_MATCH_ANY            = 8'd117;
  localparam logic [7:0] OP_MATCH_ALL            = 8'd118;
  localparam logic [7:0] OP_REDUX_ADD            = 8'd119;
  localparam logic [7:0] OP_REDUX_MIN            = 8'd120;
  localparam logic [7:0] OP_REDUX_MAX            = 8'd121;
  localparam logic [7:0] OP_REDUX_MINU           = 8'd122;
  localparam logic [7:0] OP_REDUX_MAXU           = 8'd123;
  localparam logic [7:0] OP_REDUX_AND            = 8'd124;
  localparam logic [7:0] OP_REDUX_OR             = 8'd125;
  localparam logic [7:0] OP_REDUX_XOR            = 8'd126;
  localparam logic [7:0] OP_FCVT_E4M3X2_S        = 8'd127;
  localparam logic [7:0] OP_FCVT_E5M2X2_S        = 8'd128;
  localparam logic [7:0] OP_FCVT_HX2_S           = 8'd129;
  localparam logic [7:0] OP_FCVT_S_E4M3          = 8'd130;
  localparam logic [7:0] OP_FCVT_S_E5M2          = 8'd131;
  localparam logic [7:0] OP_RCP_APPROX           = 8'd132;
  localparam logic [7:0] OP_RSQRT_APPROX         = 8'd133;
  localparam logic [7:0] OP_EX2_APPROX           = 8'd134;
  localparam logic [7:0] OP_LG2_APPROX           = 8'd135;
  localparam logic [7:0] OP_SIN_APPROX           = 8'd136;
  localparam logic [7:0] OP_COS_APPROX           = 8'd137;
  localparam logic [7:0] OP_TANH_APPROX          = 8'd138;
  localparam logic [7:0] OP_AMOSWAP_W            = 8'd139;
  localparam logic [7:0] OP_AMOADD_W             = 8'd140;
  localparam logic [7:0] OP_AMOXOR_W             = 8'd141;
  localparam logic [7:0] OP_AMOAND_W             = 8'd142;
  localparam logic [7:0] OP_AMOOR_W              = 8'd143;
  localparam logic [7:0] OP_AMOMIN_W             = 8'd144;
  localparam logic [7:0] OP_AMOMAX_W             = 8'd145;
  localparam logic [7:0] OP_AMOMINU_W            = 8'd146;
  localparam logic [7:0] OP_AMOMAXU_W            = 8'd147;
  localparam logic [7:0] OP_AMOCAS_W             = 8'd148;
  localparam logic [7:0] OP_AMOCAS_D             = 8'd149;
  localparam logic [7:0] OP_AMOFADD_W            = 8'd150;
  localparam logic [7:0] OP_MBARRIER_ARRIVE      = 8'd151;
  localparam logic [7:0] OP_MBARRIER_ARRIVE_DROP = 8'd152;
  localparam logic [7:0] OP_MBARRIER_EXPECT_TX   = 8'd153;
  localparam logic [7:0] OP_MBARRIER_COMPLETE_TX = 8'd154;
  localparam logic [7:0] OP_MBARRIER_TEST        = 8'd155;
  localparam logic [7:0] OP_MBARRIER_TRY_WAIT    = 8'd156;
  localparam logic [7:0] OP_BULK_LOAD            = 8'd157;
  localparam logic [7:0] OP_TENSOR_MMA           = 8'd158;
  localparam logic [7:0] OP_TENSOR_COMMIT        = 8'd159;
  localparam logic [7:0] OP_TENSOR_ALLOC         = 8'd160;
  localparam logic [7:0] OP_TENSOR_DEALLOC       = 8'd161;
  localparam logic [7:0] OP_TENSOR_LD            = 8'd162;
  localparam logic [7:0] OP_TENSOR_ST            = 8'd163;

  localparam logic [3:0] UNIT_ALU    = 4'd0;
  localparam logic [3:0] UNIT_MUL    = 4'd1;
  localparam logic [3:0] UNIT_FLOAT  = 4'd2;
  localparam logic [3:0] UNIT_CSR    = 4'd3;
  localparam logic [3:0] UNIT_BRANCH = 4'd4;
  localparam logic [3:0] UNIT_JUMP   = 4'd5;
  localparam logic [3:0] UNIT_SYSTEM = 4'd6;
  localparam logic [3:0] UNIT_MEMORY = 4'd7;
  localparam logic [3:0] UNIT_DIVIDE = 4'd8;
  localparam logic [3:0] UNIT_WARP   = 4'd9;
  localparam logic [3:0] UNIT_SFU    = 4'd10;
  localparam logic [3:0] UNIT_COPY   = 4'd11;
  localparam logic [3:0] UNIT_MMA    = 4'd12;
  localparam logic [3:0] UNIT_TENSOR = 4'd13;

  localparam logic [3:0] FORMAT_NONE  = 4'd0;
  localparam logic [3:0] FORMAT_R     = 4'd1;
  localparam logic [3:0] FORMAT_R4    = 4'd2;
  localparam logic [3:0] FORMAT_I     = 4'd3;
  localparam logic [3:0] FORMAT_SHIFT = 4'd4;
  localparam logic [3:0] FORMAT_S     = 4'd5;
  localparam logic [3:0] FORMAT_B     = 4'd6;
  localparam logic [3:0] FORMAT_U     = 4'd7;
  localparam logic [3:0] FORMAT_J     = 4'd8;
  localparam logic [3:0] FORMAT_CSR   = 4'd9;
  localparam logic [3:0] FORMAT_CSRI  = 4'd10;
  localparam logic [3:0] FORMAT_AMO   = 4'd11;

  localparam logic [11:0] CSR_FFLAGS      = 12'h001;
  localparam logic [11:0] CSR_FRM         = 12'h002;
  localparam logic [11:0] CSR_FCSR        = 12'h003;
  localparam logic [11:0] CSR_CYCLE       = 12'hC00;
  localparam logic [11:0] CSR_TIME        = 12'hC01;
  localparam logic [11:0] CSR_INSTRET     = 12'hC02;
  localparam logic [11:0] CSR_CYCLEH      = 12'hC80;
  localparam logic [11:0] CSR_TIMEH       = 12'hC81;
  localparam logic [11:0] CSR_INSTRETH    = 12'hC82;
  localparam logic [11:0] CSR_TID_X       = 12'hCC0;
  localparam logic [11:0] CSR_TID_Y       = 12'hCC1;
  localparam logic [11:0] CSR_TID_Z       = 12'hCC2;
  localparam logic [11:0] CSR_NTID_X      = 12'hCC3;
  localparam logic [11:0] CSR_NTID_Y      = 12'hCC4;
  localparam logic [11:0] CSR_NTID_Z      = 12'hCC5;
  localparam logic [11:0] CSR_CTAID_X     = 12'hCC6;
  localparam logic [11:0] CSR_CTAID_Y     = 12'hCC7;
  localparam logic [11:0] CSR_CTAID_Z     = 12'hCC8;
  localparam logic [11:0] CSR_NCTAID_X    = 12'hCC9;
  localparam logic [11:0] CSR_NCTAID_Y    = 12'hCCA;
  localparam logic [11:0] CSR_NCTAID_Z    = 12'hCCB;
  localparam logic [11:0] CSR_LANEID      = 12'hCCC;
  localparam logic [11:0] CSR_WARPID      = 12'hCCD;
  localparam logic [11:0] CSR_NWARPID     = 12'hCCE;
  localparam logic [11:0] CSR_SMID        = 12'hCCF;
  localparam logic [11:0] CSR_NSMID       = 12'hCD0;
  localparam logic [11:0] CSR_LANEMASK_EQ = 12'hCD1;
  localparam logic [11:0] CSR_LANEMASK_LE = 12'hCD2;
  localparam logic [11:0] CSR_LANEMASK_LT = 12'hCD3;
  localparam logic [11:0] CSR_LANEMASK_GE = 12'hCD4;
  localparam logic [11:0] CSR_LANEMASK_GT = 12'hCD5;
  localparam logic [11:0] CSR_ARGPTR      = 12'hCD6;
  localparam logic [11:0] CSR_SHARED_SIZE = 12'hCD7;
  localparam logic [11:0] CSR_LOCAL_SIZE  = 12'hCD8;

  // The instruction that a word encodes. Says nothing about rounding modes and CSR numbers.
  function automatic logic [OP_BITS-1:0] isa_op(input logic [31:0] instr);
    casez (instr)
      32'b?????????????????????????0110111: isa_op = OP_LUI;
      32'b?????????????????????????0010111: isa_op = OP_AUIPC;
      32'b?????????????????????????1101111: isa_op = OP_JAL;
      32'b?????????????????000?????1100111: isa_op = OP_JALR;
      32'b?????????????????000?????1100011: isa_op = OP_BEQ;
      32'b?????????????????001?????1100011: isa_op = OP_BNE;
      32'b?????????????????100?????1100011: isa_op = OP_BLT;
      32'b?????????????????101?????1100011: isa_op = OP_BGE;
      32'b?????????????????110?????1100011: isa_op = OP_BLTU;
      32'b?????????????????111?????1100011: isa_op = OP_BGEU;
      32'b?????????????????000?????0000011: isa_op = OP_LB;
      32'b?????????????????001?????0000011: isa_op = OP_LH;
      32'b?????????????????010?????0000011: isa_op = OP_LW;
      32'b?????????????????100?????0000011: isa_op = OP_LBU;
      32'b?????????????????101?????0000011: isa_op = OP_LHU;
      32'b?????????????????000?????0100011: isa_op = OP_SB;
      32'b?????????????????001?????0100011: isa_op = OP_SH;
      32'b?????????????????010?????0100011: isa_op = OP_SW;
      32'b?????????????????000?????0010011: isa_op = OP_ADDI;
      32'b?????????????????010?????0010011: isa_op = OP_SLTI;
      32'b?????????????????011?????0010011: isa_op = OP_SLTIU;
      32'b?????????????????100?????0010011: isa_op = OP_XORI;
      32'b?????????????????110?????0010011: isa_op = OP_ORI;
      32'b?????????????????111?????0010011: isa_op = OP_ANDI;
      32'b0000000??????????001?????0010011: isa_op = OP_SLLI;
      32'b0000000??????????101?????0010011: isa_op = OP_SRLI;
      32'b0100000??????????101?????0010011: isa_op = OP_SRAI;
      32'b0000000??????????000?????0110011: isa_op = OP_ADD;
      32'b0100000??????????000?????0110011: isa_op = OP_SUB;
      32'b0000000??????????001?????0110011: isa_op = OP_SLL;
      32'b0000000??????????010?????0110011: isa_op = OP_SLT;
      32'b0000000??????????011?????0110011: isa_op = OP_SLTU;
      32'b0000000??????????100?????0110011: isa_op = OP_XOR;
      32'b0000000??????????101?????0110011: isa_op = OP_SRL;
      32'b0100000??????????101?????0110011: isa_op = OP_SRA;
      32'b0000000??????????110?????0110011: isa_op = OP_OR;
      32'b0000000??????????111?????0110011: isa_op = OP_AND;
      32'b?????????????????000?????0001111: isa_op = OP_FENCE;
      32'b?????????????????001?????0001111: isa_op = OP_FENCE_I;
      32'b00000000000000000000000001110011: isa_op = OP_ECALL;
      32'b00000000000100000000000001110011: isa_op = OP_EBREAK;
      32'b?????????????????001?????1110011: isa_op = OP_CSRRW;
      32'b?????????????????010?????1110011: isa_op = OP_CSRRS;
      32'b?????????????????011?????1110011: isa_op = OP_CSRRC;
      32'b?????????????????101?????1110011: isa_op = OP_CSRRWI;
      32'b?????????????????110?????1110011: isa_op = OP_CSRRSI;
      32'b?????????????????111?????1110011: isa_op = OP_CSRRCI;
      32'b0000001??????????000?????0110011: isa_op = OP_MUL;
      32'b0000001??????????001?????0110011: isa_op = OP_MULH;
      32'b0000001??????????010?????0110011: isa_op = OP_MULHSU;
      32'b0000001??????????011?????0110011: isa_op = OP_MULHU;
      32'b0000001??????????100?????0110011: isa_op = OP_DIV;
      32'b0000001??????????101?????0110011: isa_op = OP_DIVU;
      32'b0000001??????????110?????0110011: isa_op = OP_REM;
      32'b0000001??????????111?????0110011: isa_op = OP_REMU;
      32'b0010000??????????010?????0110011: isa_op = OP_SH1ADD;
      32'b0010000??????????100?????0110011: isa_op = OP_SH2ADD;
      32'b0010000??????????110?????0110011: isa_op = OP_SH3ADD;
      32'b0100000??????????111?????0110011: isa_op = OP_ANDN;
      32'b0100000??????????110?????0110011: isa_op = OP_ORN;
      32'b0100000??????????100?????0110011: isa_op = OP_XNOR;
      32'b0000101??????????110?????0110011: isa_op = OP_MAX;
      32'b0000101??????????111?????0110011: isa_op = OP_MAXU;
      32'b0000101??????????100?????0110011: isa_op = OP_MIN;
      32'b0000101??????????101?????0110011: isa_op = OP_MINU;
      32'b0110000??????????001?????0110011: isa_op = OP_ROL;
      32'b0110000??????????101?????0110011: isa_op = OP_ROR;
      32'b0110000??????????101?????0010011: isa_op = OP_RORI;
      32'b011000000000?????001?????0010011: isa_op = OP_CLZ;
      32'b011000000001?????001?????0010011: isa_op = OP_CTZ;
      32'b011000000010?????001?????0010011: isa_op = OP_CPOP;
      32'b011000000100?????001?????0010011: isa_op = OP_SEXT_B;
      32'b011000000101?????001?????0010011: isa_op = OP_SEXT_H;
      32'b000010000000?????100?????0110011: isa_op = OP_ZEXT_H;
      32'b001010000111?????101?????0010011: isa_op = OP_ORC_B;
      32'b011010011000?????101?????0010011: isa_op = OP_REV8;
      32'b0000111??????????101?????0110011: isa_op = OP_CZERO_EQZ;
      32'b0000111??????????111?????0110011: isa_op = OP_CZERO_NEZ;
      32'b?????00??????????????????1000011: isa_op = OP_FMADD_S;
      32'b?????00??????????????????1000111: isa_op = OP_FMSUB_S;
      32'b?????00??????????????????1001011: isa_op = OP_FNMSUB_S;
      32'b?????00??????????????????1001111: isa_op = OP_FNMADD_S;
      32'b0000000??????????????????1010011: isa_op = OP_FADD_S;
      32'b0000100??????????????????1010011: isa_op = OP_FSUB_S;
      32'b0001000??????????????????1010011: isa_op = OP_FMUL_S;
      32'b0001100??????????????????1010011: isa_op = OP_FDIV_S;
      32'b010110000000?????????????1010011: isa_op = OP_FSQRT_S;
      32'b0010000??????????000?????1010011: isa_op = OP_FSGNJ_S;
      32'b0010000??????????001?????1010011: isa_op = OP_FSGNJN_S;
      32'b0010000??????????010?????1010011: isa_op = OP_FSGNJX_S;
      32'b0010100??????????000?????1010011: isa_op = OP_FMIN_S;
      32'b0010100??????????001?????1010011: isa_op = OP_FMAX_S;
      32'b1010000??????????010?????1010011: isa_op = OP_FEQ_S;
      32'b1010000??????????001?????1010011: isa_op = OP_FLT_S;
      32'b1010000??????????000?????1010011: isa_op = OP_FLE_S;
      32'b111000000000?????001?????1010011: isa_op = OP_FCLASS_S;
      32'b110000000000?????????????1010011: isa_op = OP_FCVT_W_S;
      32'b110000000001?????????????1010011: isa_op = OP_FCVT_WU_S;
      32'b110100000000?????????????1010011: isa_op = OP_FCVT_S_W;
      32'b110100000001?????????????1010011: isa_op = OP_FCVT_S_WU;
      32'b010000000010?????????????1010011: isa_op = OP_FCVT_S_H;
      32'b010001000000?????????????1010011: isa_op = OP_FCVT_H_S;
      32'b010000000110?????????????1010011: isa_op = OP_FCVT_S_BF16;
      32'b010001001000?????????????1010011: isa_op = OP_FCVT_BF16_S;
      32'b00000000000000000000000000001011: isa_op = OP_EXIT;
      32'b0000000??????????001000000001011: isa_op = OP_BAR_SYNC;
      32'b0000001??????????001000000001011: isa_op = OP_BAR_ARRIVE;
      32'b000001000000?????001000000001011: isa_op = OP_WARPSYNC;
      32'b?????00??????????010?????0001011: isa_op = OP_SHFL_UP;
      32'b?????01??????????010?????0001011: isa_op = OP_SHFL_DOWN;
      32'b?????10??????????010?????0001011: isa_op = OP_SHFL_BFLY;
      32'b?????11??????????010?????0001011: isa_op = OP_SHFL_IDX;
      32'b0000000??????????011?????0001011: isa_op = OP_VOTE_ALL;
      32'b0000001??????????011?????0001011: isa_op = OP_VOTE_ANY;
      32'b0000010??????????011?????0001011: isa_op = OP_VOTE_BALLOT;
      32'b00000110000000000011?????0001011: isa_op = OP_ACTIVEMASK;
      32'b0001000??????????011?????0001011: isa_op = OP_MATCH_ANY;
      32'b0001001??????????011?????0001011: isa_op = OP_MATCH_ALL;
      32'b0010000??????????011?????0001011: isa_op = OP_REDUX_ADD;
      32'b0010001??????????011?????0001011: isa_op = OP_REDUX_MIN;
      32'b0010010??????????011?????0001011: isa_op = OP_REDUX_MAX;
      32'b0010011??????????011?????0001011: isa_op = OP_REDUX_MINU;
      32'b0010100??????????011?????0001011: isa_op = OP_REDUX_MAXU;
      32'b0010101??????????011?????0001011: isa_op = OP_REDUX_AND;
      32'b0010110??????????011?????0001011: isa_op = OP_REDUX_OR;
      32'b0010111??????????011?????0001011: isa_op = OP_REDUX_XOR;
      32'b0000000??????????100?????0001011: isa_op = OP_FCVT_E4M3X2_S;
      32'b0000001??????????100?????0001011: isa_op = OP_FCVT_E5M2X2_S;
      32'b0000100??????????100?????0001011: isa_op = OP_FCVT_HX2_S;
      32'b000001000000?????100?????0001011: isa_op = OP_FCVT_S_E4M3;
      32'b000001100000?????100?????0001011: isa_op = OP_FCVT_S_E5M2;
      32'b000000000000?????101?????0001011: isa_op = OP_RCP_APPROX;
      32'b000000100000?????101?????0001011: isa_op = OP_RSQRT_APPROX;
      32'b000001000000?????101?????0001011: isa_op = OP_EX2_APPROX;
      32'b000001100000?????101?????0001011: isa_op = OP_LG2_APPROX;
      32'b000010000000?????101?????0001011: isa_op = OP_SIN_APPROX;
      32'b000010100000?????101?????0001011: isa_op = OP_COS_APPROX;
      32'b000011000000?????101?????0001011: isa_op = OP_TANH_APPROX;
      32'b00001????????????010?????0101111: isa_op = OP_AMOSWAP_W;
      32'b00000????????????010?????0101111: isa_op = OP_AMOADD_W;
      32'b00100????????????010?????0101111: isa_op = OP_AMOXOR_W;
      32'b01100????????????010?????0101111: isa_op = OP_AMOAND_W;
      32'b01000????????????010?????0101111: isa_op = OP_AMOOR_W;
      32'b10000????????????010?????0101111: isa_op = OP_AMOMIN_W;
      32'b10100????????????010?????0101111: isa_op = OP_AMOMAX_W;
      32'b11000????????????010?????0101111: isa_op = OP_AMOMINU_W;
      32'b11100????????????010?????0101111: isa_op = OP_AMOMAXU_W;
      32'b00101????????????010?????0101111: isa_op = OP_AMOCAS_W;
      32'b00101??????0?????011????00101111: isa_op = OP_AMOCAS_D;
      32'b00000????????????110?????0001011: isa_op = OP_AMOFADD_W;
      32'b00001????????????110?????0001011: isa_op = OP_MBARRIER_ARRIVE;
      32'b00010????????????110?????0001011: isa_op = OP_MBARRIER_ARRIVE_DROP;
      32'b00011????????????110?????0001011: isa_op = OP_MBARRIER_EXPECT_TX;
      32'b00100????????????110?????0001011: isa_op = OP_MBARRIER_COMPLETE_TX;
      32'b001010000000?????110?????0001011: isa_op = OP_MBARRIER_TEST;
      32'b0011000??????????110?????0001011: isa_op = OP_MBARRIER_TRY_WAIT;
      32'b????000????0?????111000000001011: isa_op = OP_BULK_LOAD;
      32'b????001????0?????111000000001011: isa_op = OP_TENSOR_MMA;
      32'b000001000000?????111000000001011: isa_op = OP_TENSOR_COMMIT;
      32'b000011000000?????111?????0001011: isa_op = OP_TENSOR_ALLOC;
      32'b0001010??????????111000000001011: isa_op = OP_TENSOR_DEALLOC;
      32'b?????????????????000?????0101011: isa_op = OP_TENSOR_LD;
      32'b?????????????????001?????0101011: isa_op = OP_TENSOR_ST;
      default: isa_op = OP_ILLEGAL;
    endcase
  endfunction

  // True if the branch unit executes the instruction that a word encodes.
  function automatic logic isa_is_control(input logic [31:0] instr);
    casez (instr)
      32'b?????????????????????????1101111: isa_is_control = 1'b1;
      32'b?????????????????000?????1100111: isa_is_control = 1'b1;
      32'b?????????????????000?????1100011: isa_is_control = 1'b1;
      32'b?????????????????001?????1100011: isa_is_control = 1'b1;
      32'b?????????????????100?????1100011: isa_is_control = 1'b1;
      32'b?????????????????101?????1100011: isa_is_control = 1'b1;
      32'b?????????????????110?????1100011: isa_is_control = 1'b1;
      32'b?????????????????111?????1100011: isa_is_control = 1'b1;
      32'b?????????????????001?????0001111: isa_is_control = 1'b1;
      32'b00000000000000000000000001110011: isa_is_control = 1'b1;
      32'b00000000000000000000000000001011: isa_is_control = 1'b1;
      32'b0000000??????????001000000001011: isa_is_control = 1'b1;
      32'b0000001??????????001000000001011: isa_is_control = 1'b1;
      32'b000001000000?????001000000001011: isa_is_control = 1'b1;
      default: isa_is_control = 1'b0;
    endcase
  endfunction

  // The unit that executes an instruction.
  function automatic logic [UNIT_BITS-1:0] isa_unit(input logic [OP_BITS-1:0] op);
    case (op)
      OP_MUL, OP_MULH, OP_MULHSU, OP_MULHU:
        isa_unit = UNIT_MUL;
      OP_FMADD_S, OP_FMSUB_S, OP_FNMSUB_S, OP_FNMADD_S, OP_FADD_S, OP_FSUB_S, OP_FMUL_S,
      OP_FSGNJ_S, OP_FSGNJN_S, OP_FSGNJX_S, OP_FMIN_S, OP_FMAX_S, OP_FEQ_S, OP_FLT_S, OP_FLE_S,
      OP_FCLASS_S, OP_FCVT_W_S, OP_FCVT_WU_S, OP_FCVT_S_W, OP_FCVT_S_WU, OP_FCVT_S_H, OP_FCVT_H_S,
      OP_FCVT_S_BF16, OP_FCVT_BF16_S, OP_FCVT_E4M3X2_S, OP_FCVT_E5M2X2_S, OP_FCVT_HX2_S,
      OP_FCVT_S_E4M3, OP_FCVT_S_E5M2:
        isa_unit = UNIT_FLOAT;
      OP_CSRRW, OP_CSRRS, OP_CSRRC, OP_CSRRWI, OP_CSRRSI, OP_CSRRCI:
        isa_unit = UNIT_CSR;
      OP_BEQ, OP_BNE, OP_BLT, OP_BGE, OP_BLTU, OP_BGEU:
        isa_unit = UNIT_BRANCH;
      OP_JAL, OP_JALR:
        isa_unit = UNIT_JUMP;
      OP_FENCE_I, OP_ECALL, OP_EXIT, OP_BAR_SYNC, OP_BAR_ARRIVE, OP_WARPSYNC:
        isa_unit = UNIT_SYSTEM;
      OP_LB, OP_LH, OP_LW, OP_LBU, OP_LHU, OP_SB, OP_SH, OP_SW, OP_AMOSWAP_W, OP_AMOADD_W,
      OP_AMOXOR_W, OP_AMOAND_W, OP_AMOOR_W, OP_AMOMIN_W, OP_AMOMAX_W, OP_AMOMINU_W, OP_AMOMAXU_W,
      OP_AMOCAS_W, OP_AMOCAS_D, OP_AMOFADD_W, OP_MBARRIER_ARRIVE, OP_MBARRIER_ARRIVE_DROP,
      OP_MBARRIER_EXPECT_TX, OP_MBARRIER_COMPLETE_TX, OP_MBARRIER_TEST, OP_MBARRIER_TRY_WAIT:
        isa_unit = UNIT_MEMORY;
      OP_DIV, OP_DIVU, OP_REM, OP_REMU, OP_FDIV_S, OP_FSQRT_S:
        isa_unit = UNIT_DIVIDE;
      OP_SHFL_UP, OP_SHFL_DOWN, OP_SHFL_BFLY, OP_SHFL_IDX, OP_VOTE_ALL, OP_VOTE_ANY,
      OP_VOTE_BALLOT, OP_ACTIVEMASK, OP_MATCH_ANY, OP_MATCH_ALL, OP_REDUX_ADD, OP_REDUX_MIN,
      OP_REDUX_MAX, OP_REDUX_MINU, OP_REDUX_MAXU, OP_REDUX_AND, OP_REDUX_OR, OP_REDUX_XOR:
        isa_unit = UNIT_WARP;
      OP_RCP_APPROX, OP_RSQRT_APPROX, OP_EX2_APPROX, OP_LG2_APPROX, OP_SIN_APPROX, OP_COS_APPROX,
      OP_TANH_APPROX:
        isa_unit = UNIT_SFU;
      OP_BULK_LOAD:
        isa_unit = UNIT_COPY;
      OP_TENSOR_MMA, OP_TENSOR_COMMIT:
        isa_unit = UNIT_MMA;
      OP_TENSOR_ALLOC, OP_TENSOR_DEALLOC, OP_TENSOR_LD, OP_TENSOR_ST:
        isa_unit = UNIT_TENSOR;
      default: isa_unit = UNIT_ALU;
    endcase
  endfunction

  // Where an instruction keeps its immediate.
  function automatic logic [FORMAT_BITS-1:0] isa_format(input logic [OP_BITS-1:0] op);
    case (op)
      OP_ADD, OP_SUB, OP_SLL, OP_SLT, OP_SLTU, OP_XOR, OP_SRL, OP_SRA, OP_OR, OP_AND, OP_MUL,
      OP_MULH, OP_MULHSU, OP_MULHU, OP_DIV, OP_DIVU, OP_REM, OP_REMU, OP_SH1ADD, OP_SH2ADD,
      OP_SH3ADD, OP_ANDN, OP_ORN, OP_XNOR, OP_MAX, OP_MAXU, OP_MIN, OP_MINU, OP_ROL, OP_ROR,
      OP_CLZ, OP_CTZ, OP_CPOP, OP_SEXT_B, OP_SEXT_H, OP_ZEXT_H, OP_ORC_B, OP_REV8, OP_CZERO_EQZ,
      OP_CZERO_NEZ, OP_FADD_S, OP_FSUB_S, OP_FMUL_S, OP_FDIV_S, OP_FSQRT_S, OP_FSGNJ_S,
      OP_FSGNJN_S, OP_FSGNJX_S, OP_FMIN_S, OP_FMAX_S, OP_FEQ_S, OP_FLT_S, OP_FLE_S, OP_FCLASS_S,
      OP_FCVT_W_S, OP_FCVT_WU_S, OP_FCVT_S_W, OP_FCVT_S_WU, OP_FCVT_S_H, OP_FCVT_H_S,
      OP_FCVT_S_BF16, OP_FCVT_BF16_S, OP_BAR_SYNC, OP_BAR_ARRIVE, OP_WARPSYNC, OP_VOTE_ALL,
      OP_VOTE_ANY, OP_VOTE_BALLOT, OP_ACTIVEMASK, OP_MATCH_ANY, OP_MATCH_ALL, OP_REDUX_ADD,
      OP_REDUX_MIN, OP_REDUX_MAX, OP_REDUX_MINU, OP_REDUX_MAXU, OP_REDUX_AND, OP_REDUX_OR,
      OP_REDUX_XOR, OP_FCVT_E4M3X2_S, OP_FCVT_E5M2X2_S, OP_FCVT_HX2_S, OP_FCVT_S_E4M3,
      OP_FCVT_S_E5M2, OP_RCP_APPROX, OP_RSQRT_APPROX, OP_EX2_APPROX, OP_LG2_APPROX, OP_SIN_APPROX,
      OP_COS_APPROX, OP_TANH_APPROX, OP_MBARRIER_TEST, OP_MBARRIER_TRY_WAIT, OP_TENSOR_COMMIT,
      OP_TENSOR_ALLOC, OP_TENSOR_DEALLOC:
        isa_format = FORMAT_R;
      OP_FMADD_S, OP_FMSUB_S, OP_FNMSUB_S, OP_FNMADD_S, OP_SHFL_UP, OP_SHFL_DOWN, OP_SHFL_BFLY,
      OP_SHFL_IDX, OP_BULK_LOAD, OP_TENSOR_MMA:
        isa_format = FORMAT_R4;
      OP_JALR, OP_LB, OP_LH, OP_LW, OP_LBU, OP_LHU, OP_ADDI, OP_SLTI, OP_SLTIU, OP_XORI, OP_ORI,
      OP_ANDI, OP_TENSOR_LD:
        isa_format = FORMAT_I;
      OP_SLLI, OP_SRLI, OP_SRAI, OP_RORI:
        isa_format = FORMAT_SHIFT;
      OP_SB, OP_SH, OP_SW, OP_TENSOR_ST:
        isa_format = FORMAT_S;
      OP_BEQ, OP_BNE, OP_BLT, OP_BGE, OP_BLTU, OP_BGEU:
        isa_format = FORMAT_B;
      OP_LUI, OP_AUIPC:
        isa_format = FORMAT_U;
      OP_JAL:
        isa_format = FORMAT_J;
      OP_CSRRW, OP_CSRRS, OP_CSRRC:
        isa_format = FORMAT_CSR;
      OP_CSRRWI, OP_CSRRSI, OP_CSRRCI:
        isa_format = FORMAT_CSRI;
      OP_AMOSWAP_W, OP_AMOADD_W, OP_AMOXOR_W, OP_AMOAND_W, OP_AMOOR_W, OP_AMOMIN_W, OP_AMOMAX_W,
      OP_AMOMINU_W, OP_AMOMAXU_W, OP_AMOCAS_W, OP_AMOCAS_D, OP_AMOFADD_W, OP_MBARRIER_ARRIVE,
      OP_MBARRIER_ARRIVE_DROP, OP_MBARRIER_EXPECT_TX, OP_MBARRIER_COMPLETE_TX:
        isa_format = FORMAT_AMO;
      default: isa_format = FORMAT_NONE;
    endcase
  endfunction

  // True if rs1 is a source (ecall: an implied register).
  function automatic logic isa_reads_rs1(input logic [OP_BITS-1:0] op);
    case (op)
      OP_JALR, OP_BEQ, OP_BNE, OP_BLT, OP_BGE, OP_BLTU, OP_BGEU, OP_LB, OP_LH, OP_LW, OP_LBU,
      OP_LHU, OP_SB, OP_SH, OP_SW, OP_ADDI, OP_SLTI, OP_SLTIU, OP_XORI, OP_ORI, OP_ANDI, OP_SLLI,
      OP_SRLI, OP_SRAI, OP_ADD, OP_SUB, OP_SLL, OP_SLT, OP_SLTU, OP_XOR, OP_SRL, OP_SRA, OP_OR,
      OP_AND, OP_ECALL, OP_CSRRW, OP_CSRRS, OP_CSRRC, OP_MUL, OP_MULH, OP_MULHSU, OP_MULHU, OP_DIV,
      OP_DIVU, OP_REM, OP_REMU, OP_SH1ADD, OP_SH2ADD, OP_SH3ADD, OP_ANDN, OP_ORN, OP_XNOR, OP_MAX,
      OP_MAXU, OP_MIN, OP_MINU, OP_ROL, OP_ROR, OP_RORI, OP_CLZ, OP_CTZ, OP_CPOP, OP_SEXT_B,
      OP_SEXT_H, OP_ZEXT_H, OP_ORC_B, OP_REV8, OP_CZERO_EQZ, OP_CZERO_NEZ, OP_FMADD_S, OP_FMSUB_S,
      OP_FNMSUB_S, OP_FNMADD_S, OP_FADD_S, OP_FSUB_S, OP_FMUL_S, OP_FDIV_S, OP_FSQRT_S, OP_FSGNJ_S,
      OP_FSGNJN_S, OP_FSGNJX_S, OP_FMIN_S, OP_FMAX_S, OP_FEQ_S, OP_FLT_S, OP_FLE_S, OP_FCLASS_S,
      OP_FCVT_W_S, OP_FCVT_WU_S, OP_FCVT_S_W, OP_FCVT_S_WU, OP_FCVT_S_H, OP_FCVT_H_S,
      OP_FCVT_S_BF16, OP_FCVT_BF16_S, OP_BAR_SYNC, OP_BAR_ARRIVE, OP_WARPSYNC, OP_SHFL_UP,
      OP_SHFL_DOWN, OP_SHFL_BFLY, OP_SHFL_IDX, OP_VOTE_ALL, OP_VOTE_ANY, OP_VOTE_BALLOT,
      OP_MATCH_ANY, OP_MATCH_ALL, OP_REDUX_ADD, OP_REDUX_MIN, OP_REDUX_MAX, OP_REDUX_MINU,
      OP_REDUX_MAXU, OP_REDUX_AND, OP_REDUX_OR, OP_REDUX_XOR, OP_FCVT_E4M3X2_S, OP_FCVT_E5M2X2_S,
      OP_FCVT_HX2_S, OP_FCVT_S_E4M3, OP_FCVT_S_E5M2, OP_RCP_APPROX, OP_RSQRT_APPROX, OP_EX2_APPROX,
      OP_LG2_APPROX, OP_SIN_APPROX, OP_COS_APPROX, OP_TANH_APPROX, OP_AMOSWAP_W, OP_AMOADD_W,
      OP_AMOXOR_W, OP_AMOAND_W, OP_AMOOR_W, OP_AMOMIN_W, OP_AMOMAX_W, OP_AMOMINU_W, OP_AMOMAXU_W,
      OP_AMOCAS_W, OP_AMOCAS_D, OP_AMOFADD_W, OP_MBARRIER_ARRIVE, OP_MBARRIER_ARRIVE_DROP,
      OP_MBARRIER_EXPECT_TX, OP_MBARRIER_COMPLETE_TX, OP_MBARRIER_TEST, OP_MBARRIER_TRY_WAIT,
      OP_BULK_LOAD, OP_TENSOR_MMA, OP_TENSOR_COMMIT, OP_TENSOR_ALLOC, OP_TENSOR_DEALLOC,
      OP_TENSOR_LD, OP_TENSOR_ST:
        isa_reads_rs1 = 1'b1;
      default: isa_reads_rs1 = 1'b0;
    endcase
  endfunction

  // True if rs2 is a source (ecall: an implied register).
  function automatic logic isa_reads_rs2(input logic [OP_BITS-1:0] op);
    case (op)
      OP_BEQ, OP_BNE, OP_BLT, OP_BGE, OP_BLTU, OP_BGEU, OP_SB, OP_SH, OP_SW, OP_ADD, OP_SUB,
      OP_SLL, OP_SLT, OP_SLTU, OP_XOR, OP_SRL, OP_SRA, OP_OR, OP_AND, OP_ECALL, OP_MUL, OP_MULH,
      OP_MULHSU, OP_MULHU, OP_DIV, OP_DIVU, OP_REM, OP_REMU, OP_SH1ADD, OP_SH2ADD, OP_SH3ADD,
      OP_ANDN, OP_ORN, OP_XNOR, OP_MAX, OP_MAXU, OP_MIN, OP_MINU, OP_ROL, OP_ROR, OP_CZERO_EQZ,
      OP_CZERO_NEZ, OP_FMADD_S, OP_FMSUB_S, OP_FNMSUB_S, OP_FNMADD_S, OP_FADD_S, OP_FSUB_S,
      OP_FMUL_S, OP_FDIV_S, OP_FSGNJ_S, OP_FSGNJN_S, OP_FSGNJX_S, OP_FMIN_S, OP_FMAX_S, OP_FEQ_S,
      OP_FLT_S, OP_FLE_S, OP_BAR_SYNC, OP_BAR_ARRIVE, OP_SHFL_UP, OP_SHFL_DOWN, OP_SHFL_BFLY,
      OP_SHFL_IDX, OP_VOTE_ALL, OP_VOTE_ANY, OP_VOTE_BALLOT, OP_MATCH_ANY, OP_MATCH_ALL,
      OP_REDUX_ADD, OP_REDUX_MIN, OP_REDUX_MAX, OP_REDUX_MINU, OP_REDUX_MAXU, OP_REDUX_AND,
      OP_REDUX_OR, OP_REDUX_XOR, OP_FCVT_E4M3X2_S, OP_FCVT_E5M2X2_S, OP_FCVT_HX2_S, OP_AMOSWAP_W,
      OP_AMOADD_W, OP_AMOXOR_W, OP_AMOAND_W, OP_AMOOR_W, OP_AMOMIN_W, OP_AMOMAX_W, OP_AMOMINU_W,
      OP_AMOMAXU_W, OP_AMOCAS_W, OP_AMOCAS_D, OP_AMOFADD_W, OP_MBARRIER_ARRIVE,
      OP_MBARRIER_ARRIVE_DROP, OP_MBARRIER_EXPECT_TX, OP_MBARRIER_COMPLETE_TX,
      OP_MBARRIER_TRY_WAIT, OP_BULK_LOAD, OP_TENSOR_MMA, OP_TENSOR_DEALLOC, OP_TENSOR_ST:
        isa_reads_rs2 = 1'b1;
      default: isa_reads_rs2 = 1'b0;
    endcase
  endfunction

  // True if rs3 is a source.
  function automatic logic isa_reads_rs3(input logic [OP_BITS-1:0] op);
    case (op)
      OP_FMADD_S, OP_FMSUB_S, OP_FNMSUB_S, OP_FNMADD_S, OP_SHFL_UP, OP_SHFL_DOWN, OP_SHFL_BFLY,
      OP_SHFL_IDX, OP_AMOCAS_W, OP_AMOCAS_D, OP_BULK_LOAD, OP_TENSOR_MMA:
        isa_reads_rs3 = 1'b1;
      default: isa_reads_rs3 = 1'b0;
    endcase
  endfunction

  // True if the instruction has an rd (which may be x0).
  function automatic logic isa_writes_rd(input logic [OP_BITS-1:0] op);
    case (op)
      OP_LUI, OP_AUIPC, OP_JAL, OP_JALR, OP_LB, OP_LH, OP_LW, OP_LBU, OP_LHU, OP_ADDI, OP_SLTI,
      OP_SLTIU, OP_XORI, OP_ORI, OP_ANDI, OP_SLLI, OP_SRLI, OP_SRAI, OP_ADD, OP_SUB, OP_SLL,
      OP_SLT, OP_SLTU, OP_XOR, OP_SRL, OP_SRA, OP_OR, OP_AND, OP_CSRRW, OP_CSRRS, OP_CSRRC,
      OP_CSRRWI, OP_CSRRSI, OP_CSRRCI, OP_MUL, OP_MULH, OP_MULHSU, OP_MULHU, OP_DIV, OP_DIVU,
      OP_REM, OP_REMU, OP_SH1ADD, OP_SH2ADD, OP_SH3ADD, OP_ANDN, OP_ORN, OP_XNOR, OP_MAX, OP_MAXU,
      OP_MIN, OP_MINU, OP_ROL, OP_ROR, OP_RORI, OP_CLZ, OP_CTZ, OP_CPOP, OP_SEXT_B, OP_SEXT_H,
      OP_ZEXT_H, OP_ORC_B, OP_REV8, OP_CZERO_EQZ, OP_CZERO_NEZ, OP_FMADD_S, OP_FMSUB_S,
      OP_FNMSUB_S, OP_FNMADD_S, OP_FADD_S, OP_FSUB_S, OP_FMUL_S, OP_FDIV_S, OP_FSQRT_S, OP_FSGNJ_S,
      OP_FSGNJN_S, OP_FSGNJX_S, OP_FMIN_S, OP_FMAX_S, OP_FEQ_S, OP_FLT_S, OP_FLE_S, OP_FCLASS_S,
      OP_FCVT_W_S, OP_FCVT_WU_S, OP_FCVT_S_W, OP_FCVT_S_WU, OP_FCVT_S_H, OP_FCVT_H_S,
      OP_FCVT_S_BF16, OP_FCVT_BF16_S, OP_SHFL_UP, OP_SHFL_DOWN, OP_SHFL_BFLY, OP_SHFL_IDX,
      OP_VOTE_ALL, OP_VOTE_ANY, OP_VOTE_BALLOT, OP_ACTIVEMASK, OP_MATCH_ANY, OP_MATCH_ALL,
      OP_REDUX_ADD, OP_REDUX_MIN, OP_REDUX_MAX, OP_REDUX_MINU, OP_REDUX_MAXU, OP_REDUX_AND,
      OP_REDUX_OR, OP_REDUX_XOR, OP_FCVT_E4M3X2_S, OP_FCVT_E5M2X2_S, OP_FCVT_HX2_S, OP_FCVT_S_E4M3,
      OP_FCVT_S_E5M2, OP_RCP_APPROX, OP_RSQRT_APPROX, OP_EX2_APPROX, OP_LG2_APPROX, OP_SIN_APPROX,
      OP_COS_APPROX, OP_TANH_APPROX, OP_AMOSWAP_W, OP_AMOADD_W, OP_AMOXOR_W, OP_AMOAND_W,
      OP_AMOOR_W, OP_AMOMIN_W, OP_AMOMAX_W, OP_AMOMINU_W, OP_AMOMAXU_W, OP_AMOCAS_W, OP_AMOCAS_D,
      OP_AMOFADD_W, OP_MBARRIER_ARRIVE, OP_MBARRIER_ARRIVE_DROP, OP_MBARRIER_EXPECT_TX,
      OP_MBARRIER_COMPLETE_TX, OP_MBARRIER_TEST, OP_MBARRIER_TRY_WAIT, OP_TENSOR_ALLOC,
      OP_TENSOR_LD:
        isa_writes_rd = 1'b1;
      default: isa_writes_rd = 1'b0;
    endcase
  endfunction

  // True if it issues only when the warp has nothing in flight.
  function automatic logic isa_drain(input logic [OP_BITS-1:0] op);
    case (op)
      OP_FENCE, OP_FENCE_I, OP_ECALL, OP_EXIT, OP_BAR_SYNC, OP_BAR_ARRIVE:
        isa_drain = 1'b1;
      default: isa_drain = 1'b0;
    endcase
  endfunction

  // True if it also does so when aq or rl (bits 26, 25) is set.
  function automatic logic isa_ordered(input logic [OP_BITS-1:0] op);
    case (op)
      OP_AMOSWAP_W, OP_AMOADD_W, OP_AMOXOR_W, OP_AMOAND_W, OP_AMOOR_W, OP_AMOMIN_W, OP_AMOMAX_W,
      OP_AMOMINU_W, OP_AMOMAXU_W, OP_AMOCAS_W, OP_AMOCAS_D, OP_AMOFADD_W, OP_MBARRIER_ARRIVE,
      OP_MBARRIER_ARRIVE_DROP, OP_MBARRIER_EXPECT_TX, OP_MBARRIER_COMPLETE_TX:
        isa_ordered = 1'b1;
      default: isa_ordered = 1'b0;
    endcase
  endfunction

  // True if rs3 is the register that the rd field names.
  function automatic logic isa_rs3_is_rd(input logic [OP_BITS-1:0] op);
    case (op)
      OP_AMOCAS_W, OP_AMOCAS_D:
        isa_rs3_is_rd = 1'b1;
      default: isa_rs3_is_rd = 1'b0;
    endcase
  endfunction

  // True if rs2, rs3 and rd name pairs of registers, the low word in the even one.
  function automatic logic isa_is_pair(input logic [OP_BITS-1:0] op);
    case (op)
      OP_AMOCAS_D, OP_BULK_LOAD, OP_TENSOR_MMA:
        isa_is_pair = 1'b1;
      default: isa_is_pair = 1'b0;
    endcase
  endfunction

  // True if the instruction reads and writes memory in one step.
  function automatic logic isa_is_atomic(input logic [OP_BITS-1:0] op);
    case (op)
      OP_AMOSWAP_W, OP_AMOADD_W, OP_AMOXOR_W, OP_AMOAND_W, OP_AMOOR_W, OP_AMOMIN_W, OP_AMOMAX_W,
      OP_AMOMINU_W, OP_AMOMAXU_W, OP_AMOCAS_W, OP_AMOCAS_D, OP_AMOFADD_W, OP_MBARRIER_ARRIVE,
      OP_MBARRIER_ARRIVE_DROP, OP_MBARRIER_EXPECT_TX, OP_MBARRIER_COMPLETE_TX:
        isa_is_atomic = 1'b1;
      default: isa_is_atomic = 1'b0;
    endcase
  endfunction

  // True if bits 14 to 12 are a rounding mode.
  function automatic logic isa_has_rm(input logic [OP_BITS-1:0] op);
    case (op)
      OP_FMADD_S, OP_FMSUB_S, OP_FNMSUB_S, OP_FNMADD_S, OP_FADD_S, OP_FSUB_S, OP_FMUL_S, OP_FDIV_S,
      OP_FSQRT_S, OP_FCVT_W_S, OP_FCVT_WU_S, OP_FCVT_S_W, OP_FCVT_S_WU, OP_FCVT_S_H, OP_FCVT_H_S,
      OP_FCVT_S_BF16, OP_FCVT_BF16_S:
        isa_has_rm = 1'b1;
      default: isa_has_rm = 1'b0;
    endcase
  endfunction

  // The immediate of a format (docs/architecture/execute.md, "The operand row").
  // verilator lint_off UNUSEDSIGNAL
  function automatic logic [31:0] isa_imm(
    input logic [31:0] instr, input logic [FORMAT_BITS-1:0] format
  );
    case (format)
      FORMAT_I: isa_imm = {{20{instr[31]}}, instr[31:20]};
      FORMAT_SHIFT: isa_imm = {27'd0, instr[24:20]};
      FORMAT_S: isa_imm = {{20{instr[31]}}, instr[31:25], instr[11:7]};
      FORMAT_B: isa_imm = {{20{instr[31]}}, instr[7], instr[30:25], instr[11:8], 1'b0};
      FORMAT_U: isa_imm = {instr[31:12], 12'd0};
      FORMAT_J: isa_imm = {{12{instr[31]}}, instr[19:12], instr[20], instr[30:21], 1'b0};
      FORMAT_CSR, FORMAT_CSRI: isa_imm = {15'd0, instr[19:15], instr[31:20]};
      default: isa_imm = 32'd0;
    endcase
  endfunction
  // verilator lint_on UNUSEDSIGNAL

  // True if the CSR exists and, with `writes`, may be written.
  function automatic logic isa_csr_legal(input logic [11:0] csr, input logic writes);
    case (csr)
      CSR_FFLAGS, CSR_FRM, CSR_FCSR: isa_csr_legal = 1'b1;
      CSR_CYCLE, CSR_TIME, CSR_INSTRET, CSR_CYCLEH, CSR_TIMEH, CSR_INSTRETH, CSR_TID_X, CSR_TID_Y,
      CSR_TID_Z, CSR_NTID_X, CSR_NTID_Y, CSR_NTID_Z, CSR_CTAID_X, CSR_CTAID_Y, CSR_CTAID_Z,
      CSR_NCTAID_X, CSR_NCTAID_Y, CSR_NCTAID_Z, CSR_LANEID, CSR_WARPID, CSR_NWARPID, CSR_SMID,
      CSR_NSMID, CSR_LANEMASK_EQ, CSR_LANEMASK_LE, CSR_LANEMASK_LT, CSR_LANEMASK_GE,
      CSR_LANEMASK_GT, CSR_ARGPTR, CSR_SHARED_SIZE, CSR_LOCAL_SIZE:
        isa_csr_legal = !writes;
      default: isa_csr_legal = 1'b0;
    endcase
  endfunction
  // verilator lint_on UNUSEDPARAM
