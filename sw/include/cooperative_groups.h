// CUDA's cooperative groups: blocks, tiles of a warp, coalesced threads. Groups that span blocks
// only know their ranks; there is no barrier for a grid.
#pragma once

#include "cuda_runtime.h"

#define HEDDLE_CG __device__ __forceinline__

namespace cooperative_groups {
namespace detail {

static HEDDLE_CG unsigned int lane() { return HEDDLE_READ_CSR(HEDDLE_CSR_LANEID); }
static HEDDLE_CG unsigned int lanes_below() { return HEDDLE_READ_CSR(HEDDLE_CSR_LANEMASK_LT); }

static HEDDLE_CG unsigned int rank_in_block() {
  return threadIdx.x + blockDim.x * (threadIdx.y + blockDim.y * threadIdx.z);
}
static HEDDLE_CG unsigned int block_size() { return blockDim.x * blockDim.y * blockDim.z; }
static HEDDLE_CG unsigned long long rank_in_grid() {
  return blockIdx.x + static_cast<unsigned long long>(gridDim.x) *
                          (blockIdx.y + static_cast<unsigned long long>(gridDim.y) * blockIdx.z);
}
static HEDDLE_CG unsigned long long grid_size() {
  return static_cast<unsigned long long>(gridDim.x) * gridDim.y * gridDim.z;
}

/// The lane of the mask's thread number `rank`.
static HEDDLE_CG unsigned int lane_of_rank(unsigned int mask, unsigned int rank) {
  for (; rank != 0; --rank) mask &= mask - 1;
  return static_cast<unsigned int>(__ffs(static_cast<int>(mask)) - 1) & 31;
}

/// From a mask of lanes to one of ranks within `mask`.
static HEDDLE_CG unsigned int ranks_of_lanes(unsigned int mask, unsigned int lanes) {
  unsigned int ranks = 0;
  for (unsigned int bit = 1; mask != 0; mask &= mask - 1, bit <<= 1) {
    if ((lanes & mask & (0U - mask)) != 0) ranks |= bit;
  }
  return ranks;
}

/// The mask's threads with ranks in [first, first + count).
static HEDDLE_CG unsigned int ranks_from(unsigned int mask, unsigned int first,
                                         unsigned int count) {
  unsigned int rank = 0;
  unsigned int result = 0;
  for (; mask != 0; mask &= mask - 1, ++rank) {
    if (rank - first < count) result |= mask & (0U - mask);
  }
  return result;
}

static constexpr HEDDLE_CG unsigned int low_lanes(unsigned int count) {
  return 0xffffffffU >> (32 - count);
}

}  // namespace detail

/// A block, or some threads of a warp, decided at run time.
class thread_group {
 public:
  HEDDLE_CG void sync() const {
    if (mask_ == 0) {
      __syncthreads();
    } else {
      __syncwarp(mask_);
    }
  }
  HEDDLE_CG unsigned int size() const {
    return mask_ == 0 ? detail::block_size() : static_cast<unsigned int>(__popc(mask_));
  }
  HEDDLE_CG unsigned int num_threads() const { return size(); }
  HEDDLE_CG unsigned int thread_rank() const {
    return mask_ == 0 ? detail::rank_in_block()
                      : static_cast<unsigned int>(__popc(mask_ & detail::lanes_below()));
  }

 protected:
  template <unsigned int Size, typename Parent>
  friend class thread_block_tile;
  friend HEDDLE_CG thread_group tiled_partition(const thread_group& parent, unsigned int size);

  HEDDLE_CG explicit thread_group(unsigned int mask) : mask_(mask) {}

  unsigned int mask_;  // lanes; 0 is the whole block
};

class thread_block : public thread_group {
 public:
  static HEDDLE_CG void sync() { __syncthreads(); }
  static HEDDLE_CG unsigned int size() { return detail::block_size(); }
  static HEDDLE_CG unsigned int num_threads() { return detail::block_size(); }
  static HEDDLE_CG unsigned int thread_rank() { return detail::rank_in_block(); }
  static HEDDLE_CG dim3 group_index() { return dim3(blockIdx); }
  static HEDDLE_CG dim3 thread_index() { return dim3(threadIdx); }
  static HEDDLE_CG dim3 group_dim() { return blockDim; }
  static HEDDLE_CG dim3 dim_threads() { return blockDim; }

 private:
  friend HEDDLE_CG thread_block this_thread_block();
  HEDDLE_CG thread_block() : thread_group(0) {}
};

HEDDLE_CG thread_block this_thread_block() { return {}; }

/// The grid's ranks and sizes.
class grid_group {
 public:
  static HEDDLE_CG unsigned long long size() { return detail::grid_size() * detail::block_size(); }
  static HEDDLE_CG unsigned long long num_threads() { return size(); }
  static HEDDLE_CG unsigned long long thread_rank() {
    return detail::rank_in_grid() * detail::block_size() + detail::rank_in_block();
  }
  static HEDDLE_CG unsigned long long num_blocks() { return detail::grid_size(); }
  static HEDDLE_CG unsigned long long block_rank() { return detail::rank_in_grid(); }
  static HEDDLE_CG dim3 group_dim() { return gridDim; }
  static HEDDLE_CG dim3 dim_blocks() { return gridDim; }
  static HEDDLE_CG dim3 block_index() { return dim3(blockIdx); }
};

HEDDLE_CG grid_group this_grid() { return {}; }

/// Threads of a warp that the program has found together. Ranks follow the lanes.
class coalesced_group : public thread_group {
 public:
  HEDDLE_CG unsigned int meta_group_rank() const { return meta_rank_; }
  HEDDLE_CG unsigned int meta_group_size() const { return meta_size_; }

  template <typename T>
  HEDDLE_CG T shfl(const T& value, unsigned int rank) const {
    return from_lane(value, detail::lane_of_rank(mask_, rank % size()));
  }
  template <typename T>
  HEDDLE_CG T shfl_up(const T& value, unsigned int delta) const {
    const unsigned int rank = thread_rank();
    return from_lane(value, detail::lane_of_rank(mask_, rank < delta ? rank : rank - delta));
  }
  template <typename T>
  HEDDLE_CG T shfl_down(const T& value, unsigned int delta) const {
    const unsigned int rank = thread_rank();
    return from_lane(value,
                     detail::lane_of_rank(mask_, rank + delta >= size() ? rank : rank + delta));
  }
  HEDDLE_CG int any(int predicate) const { return __any_sync(mask_, predicate); }
  HEDDLE_CG int all(int predicate) const { return __all_sync(mask_, predicate); }
  HEDDLE_CG unsigned int ballot(int predicate) const {
    return detail::ranks_of_lanes(mask_, __ballot_sync(mask_, predicate));
  }
  template <typename T>
  HEDDLE_CG unsigned int match_any(T value) const {
    return detail::ranks_of_lanes(mask_, __match_any_sync(mask_, value));
  }
  template <typename T>
  HEDDLE_CG unsigned int match_all(T value, int& all) const {
    return detail::ranks_of_lanes(mask_, __match_all_sync(mask_, value, &all));
  }

  /// The lanes. Not in CUDA.
  HEDDLE_CG unsigned int heddle_mask() const { return mask_; }

 private:
  template <unsigned int Size, typename Parent>
  friend class thread_block_tile;
  friend HEDDLE_CG coalesced_group coalesced_threads();
  template <typename Group>
  friend HEDDLE_CG coalesced_group binary_partition(const Group& group, bool predicate);
  template <typename Group, typename Label>
  friend HEDDLE_CG coalesced_group labeled_partition(const Group& group, Label label);
  friend HEDDLE_CG coalesced_group tiled_partition(const coalesced_group& parent,
                                                   unsigned int size);

  HEDDLE_CG coalesced_group(unsigned int mask, unsigned int meta_rank, unsigned int meta_size)
      : thread_group(mask), meta_rank_(meta_rank), meta_size_(meta_size) {}

  template <typename T>
  HEDDLE_CG T from_lane(const T& value, unsigned int lane) const {
    return heddle_shuffle_idx(mask_, value, lane, heddle_shuffle_clamp(32, 31));
  }

  unsigned int meta_rank_;
  unsigned int meta_size_;
};

/// The threads of the warp that run this together.
HEDDLE_CG coalesced_group coalesced_threads() { return {__activemask(), 0, 1}; }

/// `Size` consecutive threads: a power of two, at most a warp.
template <unsigned int Size, typename Parent = void>
class thread_block_tile {
  static_assert(Size >= 1 && Size <= 32 && (Size & (Size - 1)) == 0,
                "a tile has 1, 2, 4, 8, 16 or 32 threads");

 public:
  HEDDLE_CG thread_block_tile() = default;
  /// Where the parent does not matter.
  template <typename Other>
  HEDDLE_CG thread_block_tile(const thread_block_tile<Size, Other>&) {}
  HEDDLE_CG operator thread_group() const { return thread_group(heddle_mask()); }
  HEDDLE_CG operator coalesced_group() const {
    return {heddle_mask(), meta_group_rank(), meta_group_size()};
  }

  static HEDDLE_CG void sync() { __syncwarp(heddle_mask()); }
  static constexpr HEDDLE_CG unsigned int size() { return Size; }
  static constexpr HEDDLE_CG unsigned int num_threads() { return Size; }
  static HEDDLE_CG unsigned int thread_rank() { return detail::lane() & (Size - 1); }
  static HEDDLE_CG unsigned int meta_group_rank() {
    return detail::rank_in_block() % ParentSize::count() / Size;
  }
  static HEDDLE_CG unsigned int meta_group_size() {
    return (ParentSize::count() + Size - 1) / Size;
  }

  template <typename T>
  HEDDLE_CG T shfl(const T& value, int rank) const {
    return heddle_shuffle_idx(heddle_mask(), value, static_cast<unsigned int>(rank),
                              heddle_shuffle_clamp(Size, 31));
  }
  template <typename T>
  HEDDLE_CG T shfl_up(const T& value, unsigned int delta) const {
    return heddle_shuffle_up(heddle_mask(), value, delta, heddle_shuffle_clamp(Size, 0));
  }
  template <typename T>
  HEDDLE_CG T shfl_down(const T& value, unsigned int delta) const {
    return heddle_shuffle_down(heddle_mask(), value, delta, heddle_shuffle_clamp(Size, 31));
  }
  template <typename T>
  HEDDLE_CG T shfl_xor(const T& value, unsigned int mask) const {
    return heddle_shuffle_bfly(heddle_mask(), value, mask, heddle_shuffle_clamp(Size, 31));
  }
  HEDDLE_CG int any(int predicate) const { return __any_sync(heddle_mask(), predicate); }
  HEDDLE_CG int all(int predicate) const { return __all_sync(heddle_mask(), predicate); }
  HEDDLE_CG unsigned int ballot(int predicate) const {
    return to_ranks(__ballot_sync(heddle_mask(), predicate));
  }
  template <typename T>
  HEDDLE_CG unsigned int match_any(T value) const {
    return to_ranks(__match_any_sync(heddle_mask(), value));
  }
  template <typename T>
  HEDDLE_CG unsigned int match_all(T value, int& all) const {
    return to_ranks(__match_all_sync(heddle_mask(), value, &all));
  }

  /// The lanes. Not in CUDA.
  static HEDDLE_CG unsigned int heddle_mask() {
    return Size == 32 ? 0xffffffffU : detail::low_lanes(Size) << (detail::lane() & (32 - Size));
  }

 private:
  // The parent's threads: a tile's, or the block's.
  template <typename P, typename = void>
  struct CountOf {
    static HEDDLE_CG unsigned int count() { return detail::block_size(); }
  };
  template <unsigned int N, typename P>
  struct CountOf<thread_block_tile<N, P>> {
    static HEDDLE_CG unsigned int count() { return N; }
  };
  using ParentSize = CountOf<Parent>;

  static HEDDLE_CG unsigned int to_ranks(unsigned int lanes) {
    return Size == 32 ? lanes : (lanes >> (detail::lane() & (32 - Size))) & detail::low_lanes(Size);
  }
};

HEDDLE_CG thread_block_tile<1> this_thread() { return {}; }

template <unsigned int Size>
HEDDLE_CG thread_block_tile<Size, thread_block> tiled_partition(const thread_block&) {
  return {};
}
template <unsigned int Size, unsigned int ParentSize, typename Parent>
HEDDLE_CG thread_block_tile<Size, thread_block_tile<ParentSize, Parent>> tiled_partition(
    const thread_block_tile<ParentSize, Parent>&) {
  static_assert(Size <= ParentSize, "a tile is not larger than what it is a part of");
  return {};
}

/// Parts of `size` threads, at most a warp's. The last part may have fewer.
HEDDLE_CG coalesced_group tiled_partition(const coalesced_group& parent, unsigned int size) {
  const unsigned int part = parent.thread_rank() / size;
  return {detail::ranks_from(parent.mask_, part * size, size), part,
          (parent.size() + size - 1) / size};
}
HEDDLE_CG thread_group tiled_partition(const thread_group& parent, unsigned int size) {
  if (parent.mask_ == 0) {
    const unsigned int first = detail::lane() / size * size;
    return thread_group(detail::low_lanes(size) << first);
  }
  const unsigned int part = parent.thread_rank() / size;
  return thread_group(detail::ranks_from(parent.mask_, part * size, size));
}

/// The threads of a tile or coalesced group with one predicate, or one label.
template <typename Group>
HEDDLE_CG coalesced_group binary_partition(const Group& group, bool predicate) {
  const unsigned int mask = group.heddle_mask();
  const unsigned int yes = __ballot_sync(mask, predicate ? 1 : 0);
  return {predicate ? yes : mask & ~yes, predicate ? 1U : 0U, 2};
}
template <typename Group, typename Label>
HEDDLE_CG coalesced_group labeled_partition(const Group& group, Label label) {
  const unsigned int mask = group.heddle_mask();
  const unsigned int same = __match_any_sync(mask, label);
  // Parts are numbered by their lowest lanes.
  const bool lowest = (same & detail::lanes_below()) == 0;
  const unsigned int lowest_lanes = __ballot_sync(mask, lowest ? 1 : 0);
  const unsigned int first = same & (0U - same);
  return {same, static_cast<unsigned int>(__popc(lowest_lanes & (first - 1))),
          static_cast<unsigned int>(__popc(lowest_lanes))};
}

template <typename Group>
HEDDLE_CG void sync(const Group& group) {
  group.sync();
}
template <typename Group>
HEDDLE_CG auto thread_rank(const Group& group) {
  return group.thread_rank();
}
template <typename Group>
HEDDLE_CG auto group_size(const Group& group) {
  return group.size();
}

}  // namespace cooperative_groups

#undef HEDDLE_CG
