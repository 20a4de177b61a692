// The litmus tests: small programs of a few threads, each with the outcome that only a machine that
// reorders accesses (or keeps stale copies) can show. Names are those of Alglave, Maranget and
// Tautschnig, "Herding Cats" (2014).
#pragma once

#include <array>
#include <string_view>

namespace litmus {

constexpr int kThreads = 4;    ///< at most
constexpr int kAccesses = 2;   ///< of a thread, at most
constexpr int kLocations = 3;  ///< x, y, z; all are 0 at first

struct Access {
  bool write = false;
  bool synchronizes = false;  ///< a release store or an acquire load, where a variant has those
  int location = 0;
  unsigned value = 0;  ///< of a write
};

struct Program {
  int threads = 0;
  std::array<int, kThreads> length{};
  std::array<std::array<Access, kAccesses>, kThreads> access{};
};

struct Test {
  std::string_view name;
  /// Threads, separated by '|'. "Wx1": store 1 to x; "Rx": load x; '*' behind it: it synchronizes.
  std::string_view program;
  /// The outcome in question: the values that the loads give, thread by thread, then final values,
  /// as in "x2".
  std::string_view weak;
  /// The thread whose two accesses, exchanged, make the outcome possible on any machine.
  int exchanged;
  bool coherence;        ///< one location: never allowed
  bool release_acquire;  ///< not allowed with the release stores and acquire loads that are marked
};

constexpr std::array kTests{
    Test{"CoRR", "Wx1 | Rx Rx", "10", 1, true, true},
    Test{"CoWW", "Wx1 Wx2 | Rx Rx", "??x1", 0, true, true},
    Test{"CoRW", "Rx Wx1 | Wx2", "2x2", 0, true, true},
    Test{"CoWR", "Wx1 Rx | Wx2", "2x1", 0, true, true},
    Test{"MP", "Wx1 Wy1* | Ry* Rx", "10", 0, false, true},
    Test{"SB", "Wx1 Ry | Wy1 Rx", "00", 0, false, false},
    Test{"LB", "Rx Wy1* | Ry* Wx1", "11", 0, false, true},
    Test{"2+2W", "Wx2 Wy1 | Wy2 Wx1", "x2y2", 0, false, false},
    Test{"R", "Wx1 Wy1 | Wy2 Rx", "0y2", 1, false, false},
    Test{"S", "Wx2 Wy1* | Ry* Wx1", "1x2", 0, false, true},
    Test{"WRC", "Wx1* | Rx* Wy1* | Ry* Rx", "110", 2, false, true},
    Test{"RWC", "Wx1 | Rx Ry | Wy1 Rx", "100", 1, false, false},
    Test{"ISA2", "Wx1 Wy1* | Ry* Wz1* | Rz* Rx", "110", 2, false, true},
    Test{"IRIW", "Wx1 | Wy1 | Rx Ry | Ry Rx", "1010", 2, false, false},
};

constexpr Program parse(std::string_view text) {
  Program result;
  result.threads = 1;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == ' ') continue;
    if (text[i] == '|') {
      ++result.threads;
      continue;
    }
    if (text[i] == '*') {
      const auto thread = static_cast<std::size_t>(result.threads - 1);
      result.access[thread][static_cast<std::size_t>(result.length[thread] - 1)].synchronizes =
          true;
      continue;
    }
    const auto thread = static_cast<std::size_t>(result.threads - 1);
    Access& access = result.access[thread][static_cast<std::size_t>(result.length[thread]++)];
    access.write = text[i] == 'W';
    access.location = text[++i] - 'x';
    if (access.write) access.value = static_cast<unsigned>(text[++i] - '0');
  }
  return result;
}

/// The program of a test; with `exchanged`, one thread makes its accesses in the other order. They
/// keep their place in `access`, so outcomes are read the same way; `order` says which comes first.
constexpr Program kPrograms[] = {
    parse(kTests[0].program),  parse(kTests[1].program),  parse(kTests[2].program),
    parse(kTests[3].program),  parse(kTests[4].program),  parse(kTests[5].program),
    parse(kTests[6].program),  parse(kTests[7].program),  parse(kTests[8].program),
    parse(kTests[9].program),  parse(kTests[10].program), parse(kTests[11].program),
    parse(kTests[12].program), parse(kTests[13].program),
};
static_assert(std::size(kPrograms) == kTests.size());

/// Which of its accesses a thread makes as its `step`th one.
constexpr int access_at(int test, bool exchanged, int thread, int step) {
  return exchanged && kTests[static_cast<std::size_t>(test)].exchanged == thread
             ? kPrograms[test].length[static_cast<std::size_t>(thread)] - 1 - step
             : step;
}

}  // namespace litmus
