// Kept for sources that include it by name: threadIdx and its like come with cuda_runtime.h.
#pragma once

#include "cuda_runtime.h"
