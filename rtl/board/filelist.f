// What a board has around the GPU (rtl/filelist.f), paths from the repository's root.
rtl/board/sdram_commands.sv
rtl/board/sdram_controller.sv
