# Made by synth/layout.py; do not edit. HEDDLE is this repository's root, PDK_ROOT a clone of IHP-Open-PDK.
export DESIGN_NICKNAME = heddle_nano
export DESIGN_NAME = gpu
export PLATFORM = ihp-sg13g2
export VERILOG_FILES = \
  $(HEDDLE)/rtl/heddle_pkg.sv \
  $(HEDDLE)/rtl/common/clock_gate.sv \
  $(HEDDLE)/rtl/common/fifo.sv \
  $(HEDDLE)/rtl/common/leading_zeros.sv \
  $(HEDDLE)/rtl/common/multiport_ram.sv \
  $(HEDDLE)/rtl/common/ram_wide_write.sv \
  $(HEDDLE)/rtl/common/round_robin.sv \
  $(HEDDLE)/rtl/frontend/control_outcome.sv \
  $(HEDDLE)/rtl/frontend/thread_sets.sv \
  $(HEDDLE)/rtl/frontend/warp_places.sv \
  $(HEDDLE)/rtl/frontend/forward_progress.sv \
  $(HEDDLE)/rtl/frontend/warp_status.sv \
  $(HEDDLE)/rtl/frontend/warp_control.sv \
  $(HEDDLE)/rtl/frontend/key_minimum.sv \
  $(HEDDLE)/rtl/frontend/reconvergence.sv \
  $(HEDDLE)/rtl/memory/region_check.sv \
  $(HEDDLE)/rtl/frontend/instruction_prefetch.sv \
  $(HEDDLE)/rtl/frontend/instruction_cache.sv \
  $(HEDDLE)/rtl/frontend/decode.sv \
  $(HEDDLE)/rtl/frontend/frontend_stage.sv \
  $(HEDDLE)/rtl/issue/instruction_buffer.sv \
  $(HEDDLE)/rtl/issue/scoreboard.sv \
  $(HEDDLE)/rtl/issue/parking.sv \
  $(HEDDLE)/rtl/issue/warp_scheduler.sv \
  $(HEDDLE)/rtl/issue/stall_monitor.sv \
  $(HEDDLE)/rtl/issue/register_file.sv \
  $(HEDDLE)/rtl/issue/stream_placement.sv \
  $(HEDDLE)/rtl/issue/operand_rings.sv \
  $(HEDDLE)/rtl/issue/operand_select.sv \
  $(HEDDLE)/rtl/issue/operand_collector.sv \
  $(HEDDLE)/rtl/issue/issue_stage.sv \
  $(HEDDLE)/rtl/execute/alu_control.sv \
  $(HEDDLE)/rtl/execute/lane_control.sv \
  $(HEDDLE)/rtl/execute/alu.sv \
  $(HEDDLE)/rtl/execute/multiplier.sv \
  $(HEDDLE)/rtl/execute/float_round.sv \
  $(HEDDLE)/rtl/execute/fma.sv \
  $(HEDDLE)/rtl/memory/atomic_alu.sv \
  $(HEDDLE)/rtl/memory/atomic_float_add.sv \
  $(HEDDLE)/rtl/execute/comparison.sv \
  $(HEDDLE)/rtl/execute/float_widen.sv \
  $(HEDDLE)/rtl/execute/float_narrow.sv \
  $(HEDDLE)/rtl/execute/lane.sv \
  $(HEDDLE)/rtl/execute/lanes.sv \
  $(HEDDLE)/rtl/execute/fcsr.sv \
  $(HEDDLE)/rtl/execute/csr_unit.sv \
  $(HEDDLE)/rtl/execute/branch_unit.sv \
  $(HEDDLE)/rtl/execute/divider_float.sv \
  $(HEDDLE)/rtl/execute/divider_lane.sv \
  $(HEDDLE)/rtl/execute/divider.sv \
  $(HEDDLE)/rtl/execute/warp_queue.sv \
  $(HEDDLE)/rtl/execute/warp_reduction.sv \
  $(HEDDLE)/rtl/execute/warp_result.sv \
  $(HEDDLE)/rtl/execute/warp_unit.sv \
  $(HEDDLE)/rtl/execute/sfu_lane.sv \
  $(HEDDLE)/rtl/execute/sfu.sv \
  $(HEDDLE)/rtl/execute/execute_stage.sv \
  $(HEDDLE)/rtl/memory/address_unit.sv \
  $(HEDDLE)/rtl/memory/memory_queue.sv \
  $(HEDDLE)/rtl/memory/load_extend.sv \
  $(HEDDLE)/rtl/memory/store_bytes.sv \
  $(HEDDLE)/rtl/memory/store_merge.sv \
  $(HEDDLE)/rtl/memory/shared_pass.sv \
  $(HEDDLE)/rtl/memory/shared_copy.sv \
  $(HEDDLE)/rtl/memory/shared_words.sv \
  $(HEDDLE)/rtl/memory/shared_bank.sv \
  $(HEDDLE)/rtl/memory/mbarrier_alu.sv \
  $(HEDDLE)/rtl/memory/shared_atomic.sv \
  $(HEDDLE)/rtl/memory/shared_memory.sv \
  $(HEDDLE)/rtl/memory/line_match.sv \
  $(HEDDLE)/rtl/memory/coalescer_collect.sv \
  $(HEDDLE)/rtl/memory/coalescer_choose.sv \
  $(HEDDLE)/rtl/memory/coalescer_make.sv \
  $(HEDDLE)/rtl/memory/coalescer.sv \
  $(HEDDLE)/rtl/memory/load_return.sv \
  $(HEDDLE)/rtl/memory/l1_lines.sv \
  $(HEDDLE)/rtl/memory/l1_cache.sv \
  $(HEDDLE)/rtl/memory/command_queue.sv \
  $(HEDDLE)/rtl/memory/copy_queue.sv \
  $(HEDDLE)/rtl/memory/copy_walker.sv \
  $(HEDDLE)/rtl/memory/copy_writer.sv \
  $(HEDDLE)/rtl/memory/copy_jobs.sv \
  $(HEDDLE)/rtl/memory/copy_engine.sv \
  $(HEDDLE)/rtl/memory/memory_stage.sv \
  $(HEDDLE)/rtl/tensor/delay_line.sv \
  $(HEDDLE)/rtl/tensor/dot_operation.sv \
  $(HEDDLE)/rtl/tensor/operand_decode.sv \
  $(HEDDLE)/rtl/tensor/scale_decode.sv \
  $(HEDDLE)/rtl/tensor/accumulator_decode.sv \
  $(HEDDLE)/rtl/tensor/product.sv \
  $(HEDDLE)/rtl/tensor/exponent_max.sv \
  $(HEDDLE)/rtl/tensor/align.sv \
  $(HEDDLE)/rtl/tensor/dot_sum.sv \
  $(HEDDLE)/rtl/tensor/group_sum.sv \
  $(HEDDLE)/rtl/tensor/dot_convert.sv \
  $(HEDDLE)/rtl/tensor/dot_product_unit.sv \
  $(HEDDLE)/rtl/tensor/mma_queue.sv \
  $(HEDDLE)/rtl/tensor/mma_formats.sv \
  $(HEDDLE)/rtl/tensor/mma_tile.sv \
  $(HEDDLE)/rtl/tensor/mma_scales.sv \
  $(HEDDLE)/rtl/tensor/mma_control.sv \
  $(HEDDLE)/rtl/tensor/operand_scales.sv \
  $(HEDDLE)/rtl/tensor/operand_walk.sv \
  $(HEDDLE)/rtl/tensor/operand_transpose.sv \
  $(HEDDLE)/rtl/tensor/operand_buffer.sv \
  $(HEDDLE)/rtl/tensor/operand_loader.sv \
  $(HEDDLE)/rtl/tensor/mma_sequencer.sv \
  $(HEDDLE)/rtl/tensor/sparse_select.sv \
  $(HEDDLE)/rtl/tensor/tensor_memory.sv \
  $(HEDDLE)/rtl/tensor/tensor_blocks.sv \
  $(HEDDLE)/rtl/tensor/tensor_access.sv \
  $(HEDDLE)/rtl/tensor/tensor_core.sv \
  $(HEDDLE)/rtl/writeback/writeback.sv \
  $(HEDDLE)/rtl/sm.sv \
  $(HEDDLE)/rtl/device/host_interface.sv \
  $(HEDDLE)/rtl/device/performance_counters.sv \
  $(HEDDLE)/rtl/device/dispatcher.sv \
  $(HEDDLE)/rtl/device/barrier_counts.sv \
  $(HEDDLE)/rtl/device/barrier.sv \
  $(HEDDLE)/rtl/device/fault_unit.sv \
  $(HEDDLE)/rtl/memory/crossbar.sv \
  $(HEDDLE)/rtl/memory/l2_control.sv \
  $(HEDDLE)/rtl/memory/l2_tags.sv \
  $(HEDDLE)/rtl/memory/l2_mshrs.sv \
  $(HEDDLE)/rtl/memory/l2_lookup.sv \
  $(HEDDLE)/rtl/memory/l2_atomics.sv \
  $(HEDDLE)/rtl/memory/l2_pipe.sv \
  $(HEDDLE)/rtl/memory/l2_responses.sv \
  $(HEDDLE)/rtl/memory/l2_memory_queue.sv \
  $(HEDDLE)/rtl/memory/l2_slice.sv \
  $(HEDDLE)/rtl/memory/axi_master.sv \
  $(HEDDLE)/rtl/gpu.sv \
  $(HEDDLE)/build/synth/ihp-sg13g2/nano/memories.sv \
  $(HEDDLE)/synth/memories/ram_1r1w_banks.sv \
  $(HEDDLE)/synth/memories/ram_1rw_array.sv
export VERILOG_INCLUDE_DIRS = \
  $(HEDDLE)/build/layout/nano \
  $(HEDDLE)/rtl/generated \
  $(HEDDLE)/rtl/common
export SDC_FILE = $(HEDDLE)/constraints/sg13g2.sdc
export ABC_CLOCK_PERIOD_IN_PS = 5000
export CORE_UTILIZATION = 45
export PLACE_DENSITY_LB_ADDON = 0.1
export TNS_END_PERCENT = 100
export ADDITIONAL_LEFS = \
  $(PDK_ROOT)/ihp-sg13g2/libs.ref/sg13g2_sram/lef/RM_IHPSG13_1P_64x64_c2_bm_bist.lef \
  $(PDK_ROOT)/ihp-sg13g2/libs.ref/sg13g2_sram/lef/RM_IHPSG13_1P_256x48_c2_bm_bist.lef \
  $(PDK_ROOT)/ihp-sg13g2/libs.ref/sg13g2_sram/lef/RM_IHPSG13_1P_256x64_c2_bm_bist.lef \
  $(PDK_ROOT)/ihp-sg13g2/libs.ref/sg13g2_sram/lef/RM_IHPSG13_1P_512x64_c2_bm_bist.lef \
  $(PDK_ROOT)/ihp-sg13g2/libs.ref/sg13g2_sram/lef/RM_IHPSG13_1P_1024x8_c2_bm_bist.lef \
  $(PDK_ROOT)/ihp-sg13g2/libs.ref/sg13g2_sram/lef/RM_IHPSG13_1P_1024x16_c2_bm_bist.lef \
  $(PDK_ROOT)/ihp-sg13g2/libs.ref/sg13g2_sram/lef/RM_IHPSG13_1P_1024x64_c2_bm_bist.lef \
  $(PDK_ROOT)/ihp-sg13g2/libs.ref/sg13g2_sram/lef/RM_IHPSG13_1P_2048x64_c2_bm_bist.lef \
  $(PDK_ROOT)/ihp-sg13g2/libs.ref/sg13g2_sram/lef/RM_IHPSG13_1P_4096x8_c3_bm_bist.lef \
  $(PDK_ROOT)/ihp-sg13g2/libs.ref/sg13g2_sram/lef/RM_IHPSG13_1P_4096x16_c3_bm_bist.lef
export ADDITIONAL_LIBS = \
  $(PDK_ROOT)/ihp-sg13g2/libs.ref/sg13g2_sram/lib/RM_IHPSG13_1P_64x64_c2_bm_bist_typ_1p20V_25C.lib \
  $(PDK_ROOT)/ihp-sg13g2/libs.ref/sg13g2_sram/lib/RM_IHPSG13_1P_256x48_c2_bm_bist_typ_1p20V_25C.lib \
  $(PDK_ROOT)/ihp-sg13g2/libs.ref/sg13g2_sram/lib/RM_IHPSG13_1P_256x64_c2_bm_bist_typ_1p20V_25C.lib \
  $(PDK_ROOT)/ihp-sg13g2/libs.ref/sg13g2_sram/lib/RM_IHPSG13_1P_512x64_c2_bm_bist_typ_1p20V_25C.lib \
  $(PDK_ROOT)/ihp-sg13g2/libs.ref/sg13g2_sram/lib/RM_IHPSG13_1P_1024x8_c2_bm_bist_typ_1p20V_25C.lib \
  $(PDK_ROOT)/ihp-sg13g2/libs.ref/sg13g2_sram/lib/RM_IHPSG13_1P_1024x16_c2_bm_bist_typ_1p20V_25C.lib \
  $(PDK_ROOT)/ihp-sg13g2/libs.ref/sg13g2_sram/lib/RM_IHPSG13_1P_1024x64_c2_bm_bist_typ_1p20V_25C.lib \
  $(PDK_ROOT)/ihp-sg13g2/libs.ref/sg13g2_sram/lib/RM_IHPSG13_1P_2048x64_c2_bm_bist_typ_1p20V_25C.lib \
  $(PDK_ROOT)/ihp-sg13g2/libs.ref/sg13g2_sram/lib/RM_IHPSG13_1P_4096x8_c3_bm_bist_typ_1p20V_25C.lib \
  $(PDK_ROOT)/ihp-sg13g2/libs.ref/sg13g2_sram/lib/RM_IHPSG13_1P_4096x16_c3_bm_bist_typ_1p20V_25C.lib
export ADDITIONAL_GDS = \
  $(PDK_ROOT)/ihp-sg13g2/libs.ref/sg13g2_sram/gds/RM_IHPSG13_1P_64x64_c2_bm_bist.gds \
  $(PDK_ROOT)/ihp-sg13g2/libs.ref/sg13g2_sram/gds/RM_IHPSG13_1P_256x48_c2_bm_bist.gds \
  $(PDK_ROOT)/ihp-sg13g2/libs.ref/sg13g2_sram/gds/RM_IHPSG13_1P_256x64_c2_bm_bist.gds \
  $(PDK_ROOT)/ihp-sg13g2/libs.ref/sg13g2_sram/gds/RM_IHPSG13_1P_512x64_c2_bm_bist.gds \
  $(PDK_ROOT)/ihp-sg13g2/libs.ref/sg13g2_sram/gds/RM_IHPSG13_1P_1024x8_c2_bm_bist.gds \
  $(PDK_ROOT)/ihp-sg13g2/libs.ref/sg13g2_sram/gds/RM_IHPSG13_1P_1024x16_c2_bm_bist.gds \
  $(PDK_ROOT)/ihp-sg13g2/libs.ref/sg13g2_sram/gds/RM_IHPSG13_1P_1024x64_c2_bm_bist.gds \
  $(PDK_ROOT)/ihp-sg13g2/libs.ref/sg13g2_sram/gds/RM_IHPSG13_1P_2048x64_c2_bm_bist.gds \
  $(PDK_ROOT)/ihp-sg13g2/libs.ref/sg13g2_sram/gds/RM_IHPSG13_1P_4096x8_c3_bm_bist.gds \
  $(PDK_ROOT)/ihp-sg13g2/libs.ref/sg13g2_sram/gds/RM_IHPSG13_1P_4096x16_c3_bm_bist.gds
export MACRO_PLACE_HALO = 20 20
export SYNTH_HIERARCHICAL = 1
