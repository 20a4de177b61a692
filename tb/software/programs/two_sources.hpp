// Declared in one source of the program, defined in the other.
#pragma once

int other_source();
