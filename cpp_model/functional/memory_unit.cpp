#include "functional/memory_unit.hpp"

#include <bit>
#include <cstring>
#include <type_traits>

#include "device/fault.hpp"
#include "isa/lane_kernels.hpp"
#include "isa/semantics.hpp"

namespace heddle::functional {
namespace {

using isa::Op;

constexpr std::uint32_t kWindowBits = 0xf0000000;
constexpr std::uint32_t kLocalWindow = 0xe0000000;
constexpr std::uint32_t kSharedWindow = 0xf0000000;
constexpr std::uint32_t kPageMask = MemoryImage::kPageBytes - 1;

constexpr MemoryImage::Page kZeroPage{};

std::uint32_t lowest(std::uint32_t lanes) {
  return static_cast<std::uint32_t>(std::countr_zero(lanes));
}

bool is_global(std::uint32_t address) { return address < kLocalWindow; }
bool is_shared(std::uint32_t address) { return address >= kSharedWindow; }

// Calls `function` with a value of the type that the instruction loads or stores.
template <typename Function>
void with_type(Op op, Function function) {
  switch (op) {
    case Op::kLb: function(std::int8_t{}); break;
    case Op::kLh: function(std::int16_t{}); break;
    case Op::kLbu:
    case Op::kSb: function(std::uint8_t{}); break;
    case Op::kLhu:
    case Op::kSh: function(std::uint16_t{}); break;
    default: function(std::uint32_t{}); break;
  }
}

template <typename T>
std::uint32_t load(const std::byte* from) {
  T value;
  std::memcpy(&value, from, sizeof value);
  return static_cast<std::uint32_t>(std::int64_t{value});
}

// All lanes load from base + offset: every offset must be inside, also those outside the group.
void gather(Op op, const std::byte* base, const Lanes& offsets, Lanes& result) {
  with_type(op, [&](auto type) {
    for (std::uint32_t lane = 0; lane < kWarpSize; ++lane) {
      result[lane] = load<decltype(type)>(base + offsets[lane]);
    }
  });
}

// The group's lanes store, the highest last.
void scatter(Op op, std::byte* base, const Lanes& offsets, const Lanes& data, std::uint32_t lanes) {
  with_type(op, [&](auto type) {
    if (lanes == kAllLanes) {
      for (std::uint32_t lane = 0; lane < kWarpSize; ++lane) {
        std::memcpy(base + offsets[lane], &data[lane], sizeof type);
      }
      return;
    }
    for (; lanes != 0; lanes &= lanes - 1) {
      const std::uint32_t lane = lowest(lanes);
      std::memcpy(base + offsets[lane], &data[lane], sizeof type);
    }
  });
}

// Where a thread's local byte lies in global memory.
std::uint32_t local_address(std::uint32_t base, std::uint32_t offset, std::uint32_t lane) {
  return base + (offset >> 2 << 7) + (lane << 2) + (offset & 3);
}

}  // namespace

struct MemoryUnit::Access {
  const isa::Instruction& instruction;
  std::uint32_t alignment;
  bool store;
  bool atomic;
  bool mbarrier;
  Lanes address;

  Op op() const { return instruction.op; }
  const Lanes& data(const Warp& warp) const { return warp.x[instruction.rs2]; }

  std::optional<Fault> fault(std::uint32_t cause_of_load, std::uint32_t mask,
                             std::uint32_t at) const {
    Fault result;
    result.cause = store || atomic ? cause_of_load + 2 : cause_of_load;
    result.mask = mask;
    result.address = at;
    return result;
  }

  // What a thread has in a pair of registers.
  static std::uint64_t pair(const Warp& warp, std::uint32_t reg, std::uint32_t lane) {
    return reg == 0 ? 0 : std::uint64_t{warp.x[reg + 1][lane]} << 32 | warp.x[reg][lane];
  }

  // One thread's atomic; gives the old word, of amocas.d the old doubleword.
  std::uint64_t update(const Warp& warp, std::uint32_t lane, std::byte* at) const {
    if (instruction.pair) {
      std::uint64_t old;
      std::memcpy(&old, at, sizeof old);
      const std::uint64_t updated = isa::compare_and_swap(old, pair(warp, instruction.rs2, lane),
                                                          pair(warp, instruction.rs3, lane));
      std::memcpy(at, &updated, sizeof updated);
      return old;
    }
    if (mbarrier) {
      std::uint64_t bits;
      std::memcpy(&bits, at, sizeof bits);
      const std::uint64_t updated = isa::mbarrier_update(op(), bits, data(warp)[lane]);
      std::memcpy(at, &updated, sizeof updated);
      return static_cast<std::uint32_t>(bits);
    }
    const auto old = load<std::uint32_t>(at);
    const std::uint32_t word =
        isa::atomic_update(op(), old, data(warp)[lane], warp.x[instruction.rs3][lane]);
    std::memcpy(at, &word, sizeof word);
    return old;
  }

  // The group's atomics on base + offset, in ascending order of the threads.
  void update_all(std::byte* base, const Lanes& offsets, Warp& warp) const {
    Lanes result, upper;
    for (std::uint32_t left = warp.group(); left != 0; left &= left - 1) {
      const std::uint32_t lane = lowest(left);
      keep(update(warp, lane, base + offsets[lane]), lane, result, upper);
    }
    write_back(result, warp);
    write_back_upper(upper, warp);
  }

  static void keep(std::uint64_t old, std::uint32_t lane, Lanes& result, Lanes& upper) {
    result[lane] = static_cast<std::uint32_t>(old);
    upper[lane] = static_cast<std::uint32_t>(old >> 32);
  }

  void write_back(const Lanes& result, Warp& warp) const {
    if (instruction.writes_rd) isa::blend(result, warp.lane_mask(), warp.x[instruction.rd]);
  }

  void write_back_upper(const Lanes& upper, Warp& warp) const {
    if (instruction.pair && instruction.writes_rd) {
      isa::blend(upper, warp.lane_mask(), warp.x[instruction.rd + 1]);
    }
  }
};

static_assert(cause::kStoreMisaligned == cause::kLoadMisaligned + 2);
static_assert(cause::kStoreAccess == cause::kLoadAccess + 2);

std::optional<Fault> MemoryUnit::execute(Warp& warp, const isa::Instruction& instruction,
                                         const WarpWindows& windows) {
  Access access{instruction,
                isa::access_alignment(instruction.op),
                isa::is_store(instruction.op),
                isa::is_atomic(instruction.op),
                isa::is_mbarrier(instruction.op),
                {}};
  const Lanes& base = warp.x[instruction.rs1];
  for (std::uint32_t lane = 0; lane < kWarpSize; ++lane) {
    access.address[lane] = base[lane] + instruction.imm;
  }

  // In which bits do the group's addresses differ, and in which are they set?
  const std::uint32_t first = access.address[warp.first_lane()];
  const Lanes& mask = warp.lane_mask();
  std::uint32_t differing = 0;
  std::uint32_t set = 0;
  for (std::uint32_t lane = 0; lane < kWarpSize; ++lane) {
    differing |= (access.address[lane] ^ first) & mask[lane];
    set |= access.address[lane] & mask[lane];
  }

  if ((set & (access.alignment - 1)) == 0) {
    if (is_global(first)) {
      if (!access.mbarrier && differing <= kPageMask && try_global_page(access, warp, first))
        return std::nullopt;
    } else if ((differing & kWindowBits) == 0) {
      if (is_shared(first) ? try_shared(access, warp, windows)
                           : differing == 0 && !access.atomic && !access.mbarrier &&
                                 try_local_row(access, warp, first, windows)) {
        return std::nullopt;
      }
    }
  }
  return by_lane(access, warp, windows);
}

// All addresses in one page of the global window, which may be accessed.
bool MemoryUnit::try_global_page(const Access& access, Warp& warp, std::uint32_t first) {
  const Lanes& mask = warp.lane_mask();
  Lanes offsets;
  std::uint64_t lines = 0;
  for (std::uint32_t lane = 0; lane < kWarpSize; ++lane) {
    // Aligned also for the lanes outside the group, so that none reaches beyond the page.
    offsets[lane] = access.address[lane] & kPageMask & ~(access.alignment - 1);
    lines |= std::uint64_t{mask[lane] & 1} << (offsets[lane] / MemoryImage::kLineBytes);
  }
  if (access.store) {
    if (!rights_.is_plain_data(first)) return false;
    scatter(access.op(), memory_.touch_page(first), offsets, access.data(warp), warp.group());
  } else if (access.atomic) {
    if (!rights_.is_plain_data(first) || !rights_.may(kRead, first)) return false;
    access.update_all(memory_.touch_page(first), offsets, warp);
    ++accesses_;
    lines_ += warp.group_size();
    return true;
  } else {
    if (!rights_.may(kRead, first)) return false;
    const std::byte* page = memory_.find_page(first);
    Lanes result;
    gather(access.op(), page != nullptr ? page : kZeroPage.data(), offsets, result);
    access.write_back(result, warp);
  }
  ++accesses_;
  lines_ += static_cast<std::uint64_t>(std::popcount(lines));
  return true;
}

// One offset in the local window: a row of 128 bytes, which is in one page.
bool MemoryUnit::try_local_row(const Access& access, Warp& warp, std::uint32_t first,
                               const WarpWindows& windows) {
  const std::uint32_t offset = first - kLocalWindow;
  if (offset >= windows.local_size) return false;
  Lanes offsets;
  const std::uint32_t row = local_address(windows.local_base, offset, 0);
  for (std::uint32_t lane = 0; lane < kWarpSize; ++lane) {
    offsets[lane] = (row & kPageMask) + (lane << 2);
  }
  if (access.store) {
    if (!rights_.is_plain_data(row)) return false;
    scatter(access.op(), memory_.touch_page(row), offsets, access.data(warp), warp.group());
  } else {
    if (!rights_.may(kRead, row)) return false;
    const std::byte* page = memory_.find_page(row);
    Lanes result;
    gather(access.op(), page != nullptr ? page : kZeroPage.data(), offsets, result);
    access.write_back(result, warp);
  }
  ++accesses_;
  // Lanes 0 to 15 are in one line, the others in the next.
  lines_ += ((warp.group() & 0xffff) != 0 ? 1u : 0u) + (warp.group() >> 16 != 0 ? 1u : 0u);
  return true;
}

// All addresses in the shared window.
bool MemoryUnit::try_shared(const Access& access, Warp& warp, const WarpWindows& windows) {
  const Lanes& mask = warp.lane_mask();
  Lanes offsets;
  std::uint32_t outside = 0;
  for (std::uint32_t lane = 0; lane < kWarpSize; ++lane) {
    const std::uint32_t offset = (access.address[lane] & ~kWindowBits) & mask[lane];
    outside |= offset >= windows.shared_size ? 1 : 0;
    offsets[lane] = windows.shared_base + offset;
  }
  if (outside != 0) return false;
  if (access.store) {
    scatter(access.op(), shared_.data(), offsets, access.data(warp), warp.group());
  } else if (access.atomic) {
    access.update_all(shared_.data(), offsets, warp);
  } else {
    Lanes result;
    gather(access.op(), shared_.data(), offsets, result);
    access.write_back(result, warp);
  }
  return true;
}

// The general case, and the only one that finds faults.
std::optional<Fault> MemoryUnit::by_lane(Access& access, Warp& warp, const WarpWindows& windows) {
  std::uint32_t misaligned = 0;
  std::uint32_t outside = 0;
  std::uint32_t shared_lanes = 0;
  for (std::uint32_t left = warp.group(); left != 0; left &= left - 1) {
    const std::uint32_t lane = lowest(left);
    const std::uint32_t bit = 1u << lane;
    const std::uint32_t address = access.address[lane];
    const std::uint32_t offset = address & ~kWindowBits;
    if ((address & (access.alignment - 1)) != 0) misaligned |= bit;
    if (access.mbarrier && !is_shared(address)) outside |= bit;
    if (access.instruction.pair && !is_global(address) && !is_shared(address)) outside |= bit;
    if (is_global(address)) continue;
    if (is_shared(address)) shared_lanes |= bit;
    const std::uint32_t size = is_shared(address) ? windows.shared_size : windows.local_size;
    if (offset >= size) outside |= bit;
  }
  if (misaligned != 0) {
    return access.fault(cause::kLoadMisaligned, misaligned, access.address[lowest(misaligned)]);
  }
  if (outside != 0) {
    return access.fault(cause::kLoadAccess, outside, access.address[lowest(outside)]);
  }

  Lanes result, upper;
  for (std::uint32_t left = shared_lanes; left != 0; left &= left - 1) {
    const std::uint32_t lane = lowest(left);
    std::byte* at = shared_.data() + windows.shared_base + (access.address[lane] & ~kWindowBits);
    if (access.atomic) {
      Access::keep(access.update(warp, lane, at), lane, result, upper);
      continue;
    }
    with_type(access.op(), [&](auto type) {
      if (access.store) {
        std::memcpy(at, &access.data(warp)[lane], sizeof type);
      } else {
        result[lane] = load<decltype(type)>(at);
      }
    });
  }

  std::uint32_t pending = warp.group() & ~shared_lanes;
  for (std::uint32_t left = pending; left != 0; left &= left - 1) {
    const std::uint32_t lane = lowest(left);
    std::uint32_t& address = access.address[lane];
    if (is_global(address)) continue;
    address = local_address(windows.local_base, address - kLocalWindow, lane);
  }
  if (pending != 0) ++accesses_;
  while (pending != 0) {
    const std::uint32_t leader = access.address[lowest(pending)];
    // The threads of one request: of atomics, each has its own.
    std::uint32_t matching = pending & (0 - pending);
    for (std::uint32_t left = access.atomic ? 0 : pending; left != 0; left &= left - 1) {
      const std::uint32_t lane = lowest(left);
      if ((access.address[lane] ^ leader) < MemoryImage::kLineBytes) matching |= 1u << lane;
    }
    const bool allowed = (access.store || rights_.may(kRead, leader)) &&
                         (!(access.store || access.atomic) || rights_.may(kWrite, leader));
    if (!allowed) {
      return access.fault(cause::kLoadAccess, matching, leader);
    }
    ++lines_;
    if (access.store) {
      store_line(access, warp, matching);
    } else if (access.atomic) {
      const std::uint32_t lane = lowest(matching);
      std::byte* at = memory_.touch_page(leader) + (leader & kPageMask);
      Access::keep(access.update(warp, lane, at), lane, result, upper);
      if (rights_.is_decoded(leader)) {
        code_.word_changed(leader);
        if (access.instruction.pair) code_.word_changed(leader + 4);
      }
    } else {
      load_line(access, matching, result);
    }
    pending &= ~matching;
  }
  if (!access.store) access.write_back(result, warp);
  access.write_back_upper(upper, warp);
  return std::nullopt;
}

void MemoryUnit::load_line(const Access& access, std::uint32_t lanes, Lanes& result) const {
  for (; lanes != 0; lanes &= lanes - 1) {
    const std::uint32_t lane = lowest(lanes);
    const std::uint32_t address = access.address[lane];
    result[lane] = isa::load_extract(access.op(), memory_.read32(address & ~3u), address & 3);
  }
}

void MemoryUnit::store_line(const Access& access, const Warp& warp, std::uint32_t lanes) {
  for (; lanes != 0; lanes &= lanes - 1) {
    const std::uint32_t lane = lowest(lanes);
    const std::uint32_t address = access.address[lane];
    std::byte* at = memory_.touch_page(address) + (address & kPageMask);
    with_type(access.op(),
              [&](auto type) { std::memcpy(at, &access.data(warp)[lane], sizeof type); });
    if (rights_.is_decoded(address)) code_.word_changed(address);
  }
}

}  // namespace heddle::functional
