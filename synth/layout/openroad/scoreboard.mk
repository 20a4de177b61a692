# Made by synth/layout.py; do not edit. HEDDLE is this repository's root, PDK_ROOT a clone of IHP-Open-PDK.
export DESIGN_NICKNAME = heddle_scoreboard
export DESIGN_NAME = scoreboard
export PLATFORM = ihp-sg13g2
export VERILOG_FILES = \
  $(HEDDLE)/rtl/heddle_pkg.sv \
  $(HEDDLE)/rtl/issue/scoreboard.sv
export VERILOG_INCLUDE_DIRS = \
  $(HEDDLE)/build/layout/nano \
  $(HEDDLE)/rtl/generated \
  $(HEDDLE)/rtl/common
export SDC_FILE = $(HEDDLE)/constraints/sg13g2.sdc
export ABC_CLOCK_PERIOD_IN_PS = 5000
export CORE_UTILIZATION = 60
export PLACE_DENSITY_LB_ADDON = 0.1
export TNS_END_PERCENT = 100
