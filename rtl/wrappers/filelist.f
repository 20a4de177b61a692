// The device with ports as other designs name them (docs/integration.md), paths from the repository's root; the files of
// rtl/filelist.f come before them.
rtl/wrappers/axi4_multiplexer.sv
rtl/wrappers/gpu_axi4.sv
rtl/wrappers/axi4_to_wishbone.sv
rtl/wrappers/wishbone_to_axi4_lite.sv
rtl/wrappers/gpu_wishbone.sv
