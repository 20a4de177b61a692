// Catch2 version 3 under version 2's header name: the tests are written for both, with version 2's
// spelling. In the include path only where version 3 is installed.
#pragma once

#include <catch2/catch_all.hpp>

using Catch::Approx;
