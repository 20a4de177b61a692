// What a board has around the GPU (rtl/filelist.f), paths from the repository's root.
rtl/board/sdram_commands.sv
rtl/board/sdram_controller.sv
rtl/board/axi_arbiter.sv
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
