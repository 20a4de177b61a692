"""Small Liberty texts for the tests."""

HEAD = """
/* a comment { with a brace */
library (small) {
  time_unit : "1ns"; capacitive_load_unit (1, pf); leakage_power_unit : "1nW"; voltage_unit : "1V";
  default_operating_conditions : typical;
  operating_conditions (typical) { process : 1; }
"""


def gate(name, area, function, inputs, inside=""):
    pins = "".join(f'pin ({pin}) {{ direction : input; capacitance : 0.00{i + 2}; }}\n' for i, pin in enumerate(inputs))
    return (f'cell ({name}) {{ area : {area};\n{inside}{pins}pin (Y) {{ direction : output; function : "{function}";\n'
            'timing () { related_pin : "A"; cell_rise (t) { values ("0.1, 0.2", \\\n "0.3, 0.4"); } } } }\n')


NAND2 = gate("NAND2", 2.0, "!(A B)", "AB")
BUFFER = gate("BUF", 1.5, "A", "A")
FLIP_FLOP = gate("DFF", 6.0, "IQ", ["CK", "D"], 'ff (IQ, IQN) { clocked_on : "CK"; next_state : "D"; }\n')


def small(*cells):
    return HEAD + "".join(cells) + "}\n"


def macro(words, bits, area):
    """A memory with one port as of SG13G2."""
    return (f"library (m) {{ cell (RAM_{words}x{bits}) {{ memory () {{ type : ram; address_width : {(words - 1).bit_length()}; "
            f'word_width : {bits}; }} area : {area}; bus (A_DIN) {{ direction : input; capacitance : 0.01; }} '
            "bus (A_DOUT) { direction : output; } } }\n")
