// Kept for sources that include it by name.
#pragma once

#include "vector_types.h"
