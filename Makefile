# A front for CMake: the targets that a user needs. `make help` lists them.
.DEFAULT_GOAL := help
BUILD := build
CMAKE_BUILD := cmake --build --preset default

.PHONY: help setup configure build run test check lint format wave synth board-sim bench bench-gemm bench-attention throughput regress fp-sweep sfu-sweep math-sweep dot-sweep mutate coverage formal four-state gate-sim equivalence litmus synth-diff synth-baseline synth-check clean

help: ## this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "  make %-15s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

setup: ## install the missing Debian packages (none missing: does nothing)
	@ci/setup

configure: setup
	@test -f $(BUILD)/build.ninja || cmake --preset default

build: configure ## build everything
	@$(CMAKE_BUILD)

run: configure ## CUDA SGEMM on the RTL, in lockstep with the golden model
	@$(CMAKE_BUILD) --target run-main
	@ci/run-main

test: build ## all tests
	@ctest --preset default --parallel $$(nproc)

check: configure ## formatting, lint of the RTL, generated files, naming
	@ci/checks

lint: configure ## clang-tidy (slow)
	@ci/lint

format: setup ## format the C++ sources
	@ci/format

wave: configure ## a waveform of SGEMM on the RTL (WINDOW=begin:end in cycles), shown in GTKWave if there is one
	@$(CMAKE_BUILD) --target run-main
	@ci/wave $(WINDOW)

bench: configure ## speed of all devices on one program, as a table (HEDDLE_CONFIG chooses the configuration)
	@$(CMAKE_BUILD) --target run-main heddle_rtl_$(basename $(notdir $(or $(HEDDLE_CONFIG),base)))
	@ci/bench

bench-gemm: configure ## how near a GEMM comes to the matrix engine's peak, as tables and a roofline (SVG)
	@$(CMAKE_BUILD) --target program_gemm_benchmark program_gemm_beside_benchmark
	@ci/bench-gemm $(ARGS)

bench-attention: configure ## how near attention comes to the matrix engine's peak, as a table
	@$(CMAKE_BUILD) --target program_attention_benchmark
	@ci/bench-attention $(ARGS)

throughput: configure ## how near issue slots and memory port come to their bounds, as a table
	@$(CMAKE_BUILD) --target program_throughput
	@ci/throughput

fp-sweep: configure ## float instructions of the RTL against IEEE arithmetic (ARGS="--count N ...")
	@$(CMAKE_BUILD) --target fp-sweep
	@$(BUILD)/bin/fp-sweep $(ARGS)

regress: build ## random programs in lockstep (ARGS="...")
	@ci/regress $(ARGS)

sfu-sweep: configure ## errors of the fast approximations, all operands (ARGS="--stride N"; --rtl: RTL against model)
	@$(CMAKE_BUILD) --target sfu-sweep
	@$(BUILD)/bin/sfu-sweep $(ARGS)

math-sweep: configure ## errors of the device's math functions, all operands (ARGS="--stride N --function expf ...")
	@$(CMAKE_BUILD) --target math-sweep
	@$(BUILD)/bin/math-sweep $(ARGS)

dot-sweep: configure ## the tensor core's dot products against exact arithmetic (ARGS="--count N --device model --format e4m3 ...")
	@$(CMAKE_BUILD) --target dot-sweep
	@$(BUILD)/bin/dot-sweep $(ARGS)

mutate: build ## does the lockstep find bugs put into the RTL?
	@ci/mutate $(ARGS)

coverage: setup ## lines, branches, toggles and functional bins that the tests reach (ARGS="--seeds N --check ...")
	@ci/coverage $(ARGS)

formal: setup ## proofs about RTL modules, and mutants that they must refute (ARGS="NAME ... --proofs")
	@ci/formal $(ARGS)

four-state: configure ## random programs on the netlist in a 4-state simulator, from an unknown state (ARGS="--seeds N ...")
	@ci/four-state $(ARGS)

equivalence: ## proofs that mapped blocks do what the RTL does, and changed netlists that they must refute (ARGS="NAME ...")
	@ci/equivalence $(ARGS)

gate-sim: configure ## the mapped netlist in lockstep with the golden model (CONFIG=nano, ARGS="--seeds N ...")
	@ci/gate-sim --config $(or $(CONFIG),nano) $(ARGS)

litmus: configure ## litmus tests of the memory model, as a table (ARGS="--rounds N --seed N ...")
	@$(CMAKE_BUILD) --target program_litmus heddle_rtl_nano
	@ci/litmus $(ARGS)

board-sim: configure ## a CUDA program on the simulated FPGA board, over its serial port (PROGRAM="path arguments")
	@$(CMAKE_BUILD) --target board-sim program_saxpy
	@$(BUILD)/bin/board-sim $(or $(PROGRAM),$(BUILD)/bin/examples/saxpy --n 100 --block 64)

SYNTH = synth/run --target $(or $(TARGET),ecp5) --config $(or $(CONFIG),nano) --top $(or $(TOP),gpu) $(if $(BOARD),--board $(BOARD)) --seeds $(or $(SEEDS),1) $(if $(LIBERTY),--liberty $(LIBERTY)) $(ARGS)

synth: ## synthesis with a report (TARGET=ecp5|osu018|ihp-sg13g2|asap7 CONFIG=nano TOP=gpu or BOARD=ulx3s, SEEDS=1 LIBERTY=path); gets missing tools
	@$(SYNTH)

synth-diff: ## the same, compared by module with another commit or a kept report (BASE=commit|report.json, rest as synth)
	@$(if $(BASE),$(SYNTH) --compare '$(BASE)',echo "synth-diff: BASE=<commit or report.json> says what to compare with" >&2; exit 2)

CHOSEN = $(if $(TARGET),--target $(TARGET)) $(if $(CONFIG),--config $(CONFIG)) $(if $(TOP),--top $(TOP))

synth-baseline: ## write the results of synthesis that reports/ keeps anew (TARGET= CONFIG=, TOP= for one module)
	@/usr/bin/env python3 synth/baselines.py write --target $(or $(TARGET),ecp5) --config $(or $(CONFIG),nano) $(if $(TOP),--top $(TOP))

synth-check: ## is an area or a clock worse than in reports/? (TARGET= CONFIG= TOP= for others than CI's, ARGS=--all)
	@/usr/bin/env python3 synth/baselines.py check $(CHOSEN) $(ARGS)

clean: ## remove the build folder
	@rm -rf $(BUILD)
