// Heddle: constants and types that modules share.
//
// The design point comes from heddle_config.svh (generated from configs/*.toml into the build folder), the instruction
// set from isa.svh (generated from isa/instructions.tsv, committed in rtl/generated). Everything is used as
// heddle_pkg::NAME.
`default_nettype none
package heddle_pkg;

`include "heddle_config.svh"
`include "isa.svh"

  localparam int unsigned WARP_SIZE = 32;
  localparam int unsigned BEATS = WARP_SIZE / LANES;
  localparam int unsigned WARP_BITS = (WARPS > 1) ? $clog2(WARPS) : 1;
  localparam int unsigned CTA_BITS = (CTA_SLOTS > 1) ? $clog2(CTA_SLOTS) : 1;
  localparam int unsigned BEAT_BITS = (BEATS > 1) ? $clog2(BEATS) : 1;
  localparam int unsigned LINE_BYTES = 64;
  localparam int unsigned LINE_BITS = 8 * LINE_BYTES;
  localparam int unsigned LINE_OFFSET_BITS = 6;
  localparam int unsigned LINE_ADDRESS_BITS = 32 - LINE_OFFSET_BITS;
  localparam int unsigned TAG_BITS = (LINE_TAGS > 1) ? $clog2(LINE_TAGS) : 1;
  localparam int unsigned MEMORY_OP_BITS = (MEMORY_OPS > 1) ? $clog2(MEMORY_OPS) : 1;

  // The L1 (memory.md). `index` is a way and a set. Without an L1 the sizes are those of an L1 of two
  // lines that is not there.
  localparam int unsigned L1_SETS = (L1_BYTES != 0) ? L1_BYTES / LINE_BYTES / L1_WAYS : 2;
  localparam int unsigned L1_SET_BITS = $clog2(L1_SETS);
  localparam int unsigned L1_WAY_BITS = (L1_WAYS > 1) ? $clog2(L1_WAYS) : 1;
  localparam int unsigned L1_INDEX_BITS = L1_WAY_BITS + L1_SET_BITS;
  localparam int unsigned L1_TAG_BITS = LINE_ADDRESS_BITS - L1_SET_BITS;

  // The L2 (memory.md). A slice is what belongs to one channel; `index` is a set and a way of it.
  localparam int unsigned CHANNEL_BITS = (CHANNELS > 1) ? $clog2(CHANNELS) : 1;
  localparam int unsigned L2_SETS = L2_BYTES / CHANNELS / LINE_BYTES / L2_WAYS;
  localparam int unsigned L2_SET_BITS = $clog2(L2_SETS);
  localparam int unsigned L2_WAY_BITS = (L2_WAYS > 1) ? $clog2(L2_WAYS) : 1;
  localparam int unsigned L2_INDEX_BITS = L2_SET_BITS + L2_WAY_BITS;
  localparam int unsigned L2_LINE_BITS = LINE_ADDRESS_BITS - $clog2(CHANNELS);
  localparam int unsigned L2_TAG_BITS = L2_LINE_BITS - L2_SET_BITS;
  localparam int unsigned L2_MSHRS = AXI_OUTSTANDING;
  localparam int unsigned L2_ID_BITS = $clog2(L2_MSHRS + 1);  // an MSHR, or L2_MSHRS: an eviction
  localparam int unsigned L2_RESPONSES = AXI_OUTSTANDING + 8;
  localparam int unsigned L2_WRITES = 4;

  // Cycles from the operands of an amofadd to its sum (atomic_float_add).
  localparam int unsigned FLOAT_ADD_LATENCY = 9;

  // Cycles from an operand row to its result at the writeback input (docs/architecture/execute.md).
  localparam int unsigned EXEC_LATENCY = 9;
  // Cycles from the operand collector's acceptance of an instruction to its first operand row (issue.md).
  localparam int unsigned OPERAND_LATENCY = 7;
  // Warp-unit instructions between issue and service.
  localparam int unsigned WARP_QUEUE = 2;
  // Forward progress, in instructions of a warp (programming_model.md).
  localparam int unsigned YIELD_AFTER = 1024;
  localparam int unsigned YIELD_FOR = 64;
  // Instructions of one warp in flight: in the memory queue, in load_return, and elsewhere (issue.md)
  localparam int unsigned MOST_IN_FLIGHT = LSU_QUEUE + MEMORY_OPS + 32;
  // A parked warp goes on after so many cycles at most (issue.md, parking); a power of two, below the
  // dispatcher's limit for a deadlock.
  localparam int unsigned PARK_CYCLES = 512;
  // Barriers of a CTA.
  localparam int unsigned BARRIERS = 16;
  localparam int unsigned BARRIER_BITS = 4;

  // SFU instructions between issue and service, cycles from a row's take to its result, and lanes
  // (special_functions.md).
  localparam int unsigned SFU_QUEUE = 2;
  localparam int unsigned SFU_LATENCY = 16;
  localparam int unsigned SFU_LANES = LANES / 4;

  // Lanes of the divider (execute.md).
  localparam int unsigned DIVIDER_LANES = LANES / 4;

  // Bulk copies (copy.md): commands between issue and the walker, copies under way.
  localparam int unsigned COPY_QUEUE = 4;
  localparam int unsigned COPY_JOBS = 4;
  localparam int unsigned COPY_JOB_BITS = $clog2(COPY_JOBS);
  // Without bulk copies the sizes are those of an engine of two tags that is not there.
  localparam int unsigned COPY_ENTRIES = (COPY_TAGS != 0) ? COPY_TAGS : 2;
  localparam int unsigned COPY_TAG_BITS = (COPY_ENTRIES > 1) ? $clog2(COPY_ENTRIES) : 1;
  localparam int unsigned COPY_GROUPS = LANES / 4;  // of four banks, which take a unit of 16 bytes
  localparam int unsigned COPY_UNIT_BITS = $clog2(SHARED_BYTES / 16);  // a unit's address
  localparam int unsigned COPY_INDEX_BITS = $clog2(SHARED_BYTES / 4 / LANES);  // in a group
  localparam int unsigned COPY_BASE_BITS = $clog2(SHARED_BYTES / 256);  // a CTA's shared memory

  // The matrix engine (tensor.md): instructions between issue and service, blocks of columns.
  localparam int unsigned MMA_QUEUE = 4;
  localparam int unsigned TENSOR_QUEUE = 4;
  localparam int unsigned TENSOR_BLOCKS = 8;
  // Without one the sizes are those of an engine that is not there.
  localparam bit MATRIX_ENGINE = TENSOR_M != 0;
  localparam int unsigned MMA_M = MATRIX_ENGINE ? TENSOR_M : 1;
  localparam int unsigned MMA_N = MATRIX_ENGINE ? TENSOR_N : 1;
  localparam int unsigned MMA_LANES = MATRIX_ENGINE ? TENSOR_LANES : 8;
  localparam int unsigned MMA_COLUMNS = MATRIX_ENGINE ? TENSOR_COLUMNS : 64;
  localparam int unsigned MMA_LANE_BITS = $clog2(MMA_LANES);
  localparam int unsigned MMA_COLUMN_BITS = $clog2(MMA_COLUMNS);
  localparam int unsigned MMA_BLOCK_SHIFT = MMA_COLUMN_BITS - 3;  // columns of a block
  localparam int unsigned MMA_WORDS = MMA_M * MMA_N;  // a row of tensor memory
  // A row in one of the two banks
  localparam int unsigned MMA_ROWS = (MMA_LANES / MMA_M) * (MMA_COLUMNS / MMA_N / 2);
  localparam int unsigned MMA_ROW_BITS = $clog2(MMA_ROWS);
  // Rows of A and B: at most 256, and a place for each.
  localparam int unsigned MMA_A_BATCHES = 4;  // of the buffer
  localparam int unsigned MMA_B_BATCHES = ((MMA_COLUMNS < 256) ? MMA_COLUMNS : 256) / MMA_N;  // of half
  localparam int unsigned MMA_BATCH_BITS = 8;  // batches of a step - 1
  // Cycles from the issue of an operation to the write of its results.
  localparam int unsigned MMA_LATENCY = 20;

  // A request to the L2: whose it is, and its tag.
  localparam int unsigned SOURCE_BITS = (COPY_TAGS != 0) ? 2 : 1;
  localparam logic [SOURCE_BITS-1:0] SOURCE_DATA = SOURCE_BITS'(0);
  localparam logic [SOURCE_BITS-1:0] SOURCE_INSTRUCTION = SOURCE_BITS'(1);
  localparam logic [SOURCE_BITS-1:0] SOURCE_COPY = SOURCE_BITS'(2);
  localparam int unsigned L2_REQUEST_TAG_BITS =
      (COPY_TAGS != 0 && COPY_TAG_BITS > TAG_BITS) ? COPY_TAG_BITS : TAG_BITS;

  // Address windows (programming_model.md).
  localparam logic [3:0] LOCAL_WINDOW = 4'hE;
  localparam logic [3:0] SHARED_WINDOW = 4'hF;

  // RISC-V mcause codes, and ours from 24.
  localparam logic [4:0] CAUSE_PC_MISALIGNED = 5'd0;
  localparam logic [4:0] CAUSE_PC_ACCESS = 5'd1;
  localparam logic [4:0] CAUSE_ILLEGAL = 5'd2;
  localparam logic [4:0] CAUSE_BREAKPOINT = 5'd3;
  localparam logic [4:0] CAUSE_LOAD_MISALIGNED = 5'd4;
  localparam logic [4:0] CAUSE_LOAD_ACCESS = 5'd5;
  localparam logic [4:0] CAUSE_STORE_MISALIGNED = 5'd6;
  localparam logic [4:0] CAUSE_STORE_ACCESS = 5'd7;
  localparam logic [4:0] CAUSE_ECALL = 5'd11;
  localparam logic [4:0] CAUSE_STOPPED = 5'd24;
  localparam logic [4:0] CAUSE_INVALID_LAUNCH = 5'd25;
  localparam logic [4:0] CAUSE_BARRIER = 5'd26;
  localparam logic [4:0] CAUSE_DEADLOCK = 5'd27;
  localparam logic [4:0] CAUSE_COPY = 5'd28;
  localparam logic [4:0] CAUSE_TENSOR_MEMORY = 5'd29;
  localparam logic [4:0] CAUSE_MMA = 5'd30;

  // What the scheduler did with a cycle (issue.md, stall_monitor), and the performance counters
  // (device.md).
  localparam int unsigned ISSUE_PICKED = 0;
  localparam int unsigned ISSUE_SLOT_USED = 1;
  localparam int unsigned ISSUE_MEMORY_QUEUE = 2;
  localparam int unsigned ISSUE_UNIT_BUSY = 3;
  localparam int unsigned ISSUE_LATENCY = 4;
  localparam int unsigned ISSUE_DEPENDENCY = 5;
  localparam int unsigned ISSUE_LOAD = 6;
  localparam int unsigned ISSUE_DRAIN = 7;
  localparam int unsigned ISSUE_FETCH = 8;
  localparam int unsigned ISSUE_CONTROL = 9;
  localparam int unsigned ISSUE_ICACHE_MISS = 10;
  localparam int unsigned ISSUE_BARRIER = 11;
  localparam int unsigned ISSUE_NO_WARP = 12;
  localparam int unsigned ISSUE_CLASSES = 13;
  localparam int unsigned RESIDENT_BITS = $clog2(WARPS + 1);
  localparam int unsigned PERFORMANCE_COUNTERS = 31;
  localparam int unsigned COUNTER_BITS = $clog2(PERFORMANCE_COUNTERS);

  // What a control-flow instruction did (branch_unit -> warp_control).
  localparam logic [2:0] CONTROL_JUMP = 3'd0;
  localparam logic [2:0] CONTROL_BARRIER = 3'd1;
  localparam logic [2:0] CONTROL_EXIT = 3'd2;
  localparam logic [2:0] CONTROL_SYNC = 3'd3;
  localparam logic [2:0] CONTROL_ARRIVE = 3'd4;

  // The formats narrower than binary32.
  localparam logic [1:0] NARROW_HALF = 2'd0;
  localparam logic [1:0] NARROW_BFLOAT16 = 2'd1;
  localparam logic [1:0] NARROW_E4M3 = 2'd2;
  localparam logic [1:0] NARROW_E5M2 = 2'd3;

  // What a fetch found (instruction_cache -> warp_control).
  localparam logic [1:0] FETCH_HIT = 2'd0;
  localparam logic [1:0] FETCH_MISS = 2'd1;
  localparam logic [1:0] FETCH_FAULT = 2'd2;

  // How the reconvergence unit chooses a warp's next group (frontend.md).
  localparam logic [2:0] SELECT_MERGE = 3'd0;
  localparam logic [2:0] SELECT_TABLE = 3'd1;
  localparam logic [2:0] SELECT_FOLLOW = 3'd2;
  localparam logic [2:0] SELECT_APPOINT = 3'd3;
  localparam logic [2:0] SELECT_MATCH = 3'd4;

  // The tensor core's dot-product unit (tensor.md): numerics modes, operand formats, scale formats, and
  // the bits of its parameter FORMATS.
  localparam int unsigned DOT_LATENCY = 18;
  localparam logic [2:0] DOT_BLACKWELL = 3'd0;
  localparam logic [2:0] DOT_VOLTA = 3'd1;
  localparam logic [2:0] DOT_AMPERE = 3'd2;
  localparam logic [2:0] DOT_HOPPER = 3'd3;
  localparam logic [2:0] DOT_WGMMA = 3'd4;
  localparam logic [3:0] DOT_FP16 = 4'd0;
  localparam logic [3:0] DOT_BF16 = 4'd1;
  localparam logic [3:0] DOT_TF32 = 4'd2;
  localparam logic [3:0] DOT_E4M3 = 4'd4;
  localparam logic [3:0] DOT_E5M2 = 4'd5;
  localparam logic [3:0] DOT_E3M2 = 4'd6;
  localparam logic [3:0] DOT_E2M3 = 4'd7;
  localparam logic [3:0] DOT_E2M1 = 4'd8;
  localparam logic [3:0] DOT_FP4 = 4'd9;
  localparam logic [3:0] DOT_S8 = 4'd12;
  localparam logic [3:0] DOT_U8 = 4'd13;
  localparam logic [3:0] DOT_S4 = 4'd14;
  localparam logic [3:0] DOT_U4 = 4'd15;
  localparam logic [1:0] DOT_ACCUMULATE_FP32 = 2'd0;
  localparam logic [1:0] DOT_ACCUMULATE_FP16 = 2'd1;
  localparam logic [1:0] DOT_ACCUMULATE_FP16_TO_FP32 = 2'd2;
  localparam logic [1:0] DOT_SCALE_E8M0 = 2'd1;
  localparam logic [1:0] DOT_SCALE_UE4M3 = 2'd2;
  localparam int unsigned DOT_HAS_FP16 = 0;
  localparam int unsigned DOT_HAS_BF16 = 1;
  localparam int unsigned DOT_HAS_TF32 = 2;
  localparam int unsigned DOT_HAS_FP8 = 3;
  localparam int unsigned DOT_HAS_FP6 = 4;
  localparam int unsigned DOT_HAS_INT8 = 5;
  localparam int unsigned DOT_HAS_INT4 = 6;
  localparam int unsigned DOT_HAS_MX = 7;
  localparam int unsigned DOT_HAS_FP4 = 8;
  localparam int unsigned DOT_FORMAT_BITS = 9;
  // The matrix engine has formats with scales; of a row's scales there is a unit of 16 bytes at most.
  localparam bit MMA_SCALES =
      ((TENSOR_FORMATS >> DOT_HAS_MX) % 2 != 0) || ((TENSOR_FORMATS >> DOT_HAS_FP4) % 2 != 0);
  localparam bit MMA_TRANSPOSE = TENSOR_TRANSPOSE != 0;  // operands may be transposed
  // A may be sparse; of a row's metadata there is a unit at most, too.
  localparam bit MMA_SPARSE = TENSOR_SPARSE != 0;

  function automatic logic is_store(input logic [OP_BITS-1:0] op);
    is_store = op == OP_SB || op == OP_SH || op == OP_SW;
  endfunction

  // Works on an mbarrier as a whole, and is an atomic. OP_MBARRIER_TEST and _TRY_WAIT are loads.
  function automatic logic is_mbarrier_update(input logic [OP_BITS-1:0] op);
    is_mbarrier_update = op == OP_MBARRIER_ARRIVE || op == OP_MBARRIER_ARRIVE_DROP
        || op == OP_MBARRIER_EXPECT_TX || op == OP_MBARRIER_COMPLETE_TX;
  endfunction

  // The bank of a row of the register file (issue.md, operand_collector). Bits of the warp beyond
  // the second never matter.
  // verilator lint_off UNUSEDSIGNAL
  function automatic logic [1:0] register_bank(
      input logic [WARP_BITS-1:0] warp, input logic [4:0] register,
      input logic [BEAT_BITS-1:0] beat);
    register_bank = register[1:0] + 2'(32'(warp) * BEATS) + 2'(beat);
  endfunction
  // verilator lint_on UNUSEDSIGNAL

  // Where a line goes (memory.md, "Where a line goes"): bits of its address are folded by exclusive
  // or, so that lines at a distance of a power of two are spread.
  function automatic logic [CHANNEL_BITS-1:0] line_channel(
      input logic [LINE_ADDRESS_BITS-1:0] line);
    line_channel = '0;
    if (CHANNELS > 1) begin
      for (int i = 0; i < LINE_ADDRESS_BITS; i++) begin
        line_channel[i%CHANNEL_BITS] = line_channel[i%CHANNEL_BITS] ^ line[i];
      end
    end
  endfunction

  function automatic logic [L1_SET_BITS-1:0] l1_set(input logic [LINE_ADDRESS_BITS-1:0] line);
    l1_set = '0;
    for (int i = 0; i < LINE_ADDRESS_BITS; i++) begin
      l1_set[i%L1_SET_BITS] = l1_set[i%L1_SET_BITS] ^ line[i];
    end
  endfunction

  // `line_in_channel` is the line address without its lowest digit, which says the channel.
  function automatic logic [L2_SET_BITS-1:0] l2_set(
      input logic [L2_LINE_BITS-1:0] line_in_channel);
    l2_set = '0;
    for (int i = 0; i < L2_LINE_BITS; i++) begin
      l2_set[i%L2_SET_BITS] = l2_set[i%L2_SET_BITS] ^ line_in_channel[i];
    end
  endfunction

  // The line of a tag and set of the L2 slice of a channel.
  function automatic logic [LINE_ADDRESS_BITS-1:0] l2_line(
      input logic [CHANNEL_BITS-1:0] channel, input logic [L2_TAG_BITS-1:0] tag,
      input logic [L2_SET_BITS-1:0] set);
    logic [LINE_ADDRESS_BITS-1:0] upper;
    logic [CHANNEL_BITS-1:0] lowest;
    upper = LINE_ADDRESS_BITS'({tag, set ^ l2_set({tag, L2_SET_BITS'(0)})}) << $clog2(CHANNELS);
    lowest = channel ^ line_channel(upper);
    l2_line = upper | LINE_ADDRESS_BITS'(lowest);
  endfunction

  // An instruction as decoded; travels through the instruction buffer.
  typedef struct packed {
    logic [OP_BITS-1:0] op;
    logic [UNIT_BITS-1:0] unit;
    logic [4:0] rd;
    logic [4:0] rs1;
    logic [4:0] rs2;
    logic [4:0] rs3;
    logic writes_rd;  // rd is written and is not x0
    logic uses_rs1;   // false also for x0
    logic uses_rs2;
    logic uses_rs3;
    logic pair;       // rd, rs2 and rs3 name pairs of registers
    logic drain;      // issues only when the warp has nothing in flight
    logic [2:0] rm;   // jalr: bit 0 set when rs1 is x1 (a return)
    logic [31:0] imm;
    logic fault;      // raises `cause` at issue instead of executing
    logic [4:0] cause;
    logic [31:0] fault_address;
  } decoded_t;

  // What the lanes take as operands of an instruction
  typedef struct packed {
    logic [1:0] a;  // rs1, pc, zero
    logic [1:0] b;  // rs2, imm, four, 1.0
    logic [1:0] c;  // rs3, rs2, rs1
    logic shift;    // or rotation: a multiplication by a power of two
    logic left;
  } operand_select_t;

  // Control part of an operand row (execute.md).
  typedef struct packed {
    logic [WARP_BITS-1:0] warp;
    logic [OP_BITS-1:0] op;
    logic [UNIT_BITS-1:0] unit;
    logic [4:0] rd;
    logic writes_rd;
    logic [31:0] pc;
    logic [31:0] imm;
    logic [2:0] rm;
    logic [7:0] depth;
    logic [BEAT_BITS-1:0] beat;
    logic first;
    logic last;
    operand_select_t select;
  } exec_ctl_t;

  // From alu_control to every lane's alu
  typedef struct packed {
    logic adds;
    logic subtract;          // inverts b, and carries a 1 in
    logic [1:0] shift;       // of a, to the left, before the addition
    logic [2:0] truth;       // of the result's bits 7 .. 0, for {a, b} = 11, 10, 01
    logic [2:0] byte_truth;  // of bits 15 .. 8
    logic [2:0] half_truth;  // of bits 30 .. 16
    logic [2:0] sign_truth;  // of bit 31
    logic fill_byte_sign;    // bits 31 .. 8 with bit 7
    logic fill_half_sign;    // bits 31 .. 16 with bit 15
    logic fill_any;          // each byte with the or of its bits
    logic reverse;           // of bytes
    logic count_ones;
    logic count_zeros;
    logic trailing;          // zeros
  } alu_ctl_t;

  // From alu_control to every lane's comparison
  typedef struct packed {
    logic is_float;
    logic is_unsigned;
    logic less;         // 1 if a < b
    logic equal;        // 1 if a = b
    logic minimum;
    logic maximum;
    logic if_zero;      // a, but 0 if b = 0
    logic if_not_zero;  // a, but 0 if b != 0
    logic classify;
  } comparison_ctl_t;

  // A row of results for the register file, without its data (writeback.md).
  typedef struct packed {
    logic [WARP_BITS-1:0] warp;
    logic [4:0] rd;
    logic writes_rd;
    logic [BEAT_BITS-1:0] beat;
    logic last;
  } result_ctl_t;

  // What the L2 decided to do with a request, on its way through the pipe (memory.md).
  typedef struct packed {
    logic read;           // of the data memory
    logic write;          // of the data memory
    logic atomic;         // a hit
    logic float_add;      // an atomic hit of amofadd
    logic pair;           // an atomic hit on two words, of which `word` is the first
    logic respond;
    logic store;          // of the response
    logic error;          // of the response
    logic evict;
    logic strobed_write;  // to memory, past the L2
    logic fetch;
    logic [OP_BITS-1:0] op;
    logic [3:0] word;
    logic [L2_INDEX_BITS-1:0] index;
    logic [LINE_ADDRESS_BITS-1:0] line;
    logic [LINE_ADDRESS_BITS-1:0] evicted_line;
    logic [L2_ID_BITS-1:0] id;  // MSHR of a fetch or strobed write
    logic [SOURCE_BITS-1:0] source;
    logic [L2_REQUEST_TAG_BITS-1:0] tag;
  } l2_decision_t;

  // A fault as the host reads it.
  typedef struct packed {
    logic [4:0] cause;
    logic [WARP_BITS-1:0] warp;
    logic [31:0] mask;
    logic [31:0] pc;
    logic [31:0] address;
  } fault_t;

endpackage
`default_nettype wire
