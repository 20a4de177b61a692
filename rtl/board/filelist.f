// What a board has around the GPU, paths from the repository's root; rtl/filelist.f and
// rtl/wrappers/axi4_multiplexer.sv come before them.
rtl/board/sdram_commands.sv
rtl/board/sdram_controller.sv
rtl/board/uart_receiver.sv
rtl/board/uart_transmitter.sv
rtl/board/link_crc.sv
rtl/board/link_receiver.sv
rtl/board/link_transmitter.sv
rtl/board/link_line.sv
rtl/board/link_commands.sv
rtl/board/link.sv
rtl/board/board_system.sv
rtl/board/reset_synchronizer.sv
rtl/board/ulx3s_clocks.sv
rtl/board/ulx3s_top.sv
