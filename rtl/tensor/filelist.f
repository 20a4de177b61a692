// The sources of the dot-product unit alone, paths from the repository's root; rtl/heddle_pkg.sv comes before them.
// rtl/filelist.f names them, too.
rtl/tensor/delay_line.sv
rtl/tensor/dot_operation.sv
rtl/tensor/operand_decode.sv
rtl/tensor/scale_decode.sv
rtl/tensor/accumulator_decode.sv
rtl/tensor/product.sv
rtl/tensor/exponent_max.sv
rtl/tensor/align.sv
rtl/tensor/dot_sum.sv
rtl/tensor/group_sum.sv
rtl/tensor/dot_convert.sv
rtl/tensor/dot_product_unit.sv
