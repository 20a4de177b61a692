// Cooperative groups against ranks and sums computed on the host.
#include <cooperative_groups.h>
#include <cooperative_groups/reduce.h>

#include "check.hpp"

namespace cg = cooperative_groups;

constexpr int kThreads = 96;

__global__ void block_and_grid(long long* out) {
  const cg::thread_block block = cg::this_thread_block();
  const cg::grid_group grid = cg::this_grid();
  __shared__ int box[kThreads];
  box[block.thread_rank()] = static_cast<int>(block.thread_rank()) + 5;
  block.sync();
  const int other = box[block.size() - 1 - block.thread_rank()];
  const dim3 index = block.thread_index();
  out[grid.thread_rank()] = other + 1000LL * block.group_index().x + 10000LL * index.y +
                            static_cast<long long>(grid.size()) * 1000000;
  cg::sync(block);
}

void test_block_and_grid() {
  DeviceArray<long long> out(2 * kThreads);
  block_and_grid<<<2, dim3(32, 3)>>>(out.data());
  require_launched();
  const std::vector<long long> results = out.values();
  for (int i = 0; i < 2 * kThreads; ++i) {
    const int t = i % kThreads;
    REQUIRE(results[i] ==
            kThreads - 1 - t + 5 + 1000 * (i / kThreads) + 10000 * (t / 32) + 192 * 1000000LL);
  }
}

struct Triple {
  int a;
  float b;
  short c;
};

template <unsigned Size>
__device__ int check_tile(int t) {
  const auto tile = cg::tiled_partition<Size>(cg::this_thread_block());
  const int rank = t % static_cast<int>(Size);
  const int first = t - rank;
  int wrong = 0;
  const auto expect = [&](bool condition) { wrong += condition ? 0 : 1; };
  expect(tile.thread_rank() == static_cast<unsigned>(rank) && tile.size() == Size);
  expect(tile.meta_group_rank() == static_cast<unsigned>(t) / Size);
  expect(tile.meta_group_size() == kThreads / Size);
  expect(tile.shfl(t, 1) == first + static_cast<int>(1 % Size));
  expect(tile.shfl_up(t, 1) == (rank == 0 ? t : t - 1));
  expect(tile.shfl_down(1.5 * t, 1) == 1.5 * (rank == static_cast<int>(Size) - 1 ? t : t + 1));
  expect(tile.shfl_xor(static_cast<long long>(t), Size / 2) == (t ^ static_cast<int>(Size / 2)));
  const Triple triple = tile.shfl(Triple{t, 0.5F * t, static_cast<short>(-t)}, 0);
  expect(triple.a == first && triple.b == 0.5F * first && triple.c == -first);
  expect(tile.any(rank == 0) != 0 && (tile.all(rank == 0) != 0) == (Size == 1));
  expect(tile.ballot(rank == static_cast<int>(Size) - 1) == 1U << (Size - 1));
  expect(tile.match_any(rank / 2) == (Size == 1 ? 1U : 3U << (rank / 2 * 2)));
  int all = 0;
  expect(tile.match_all(first, all) == 0xffffffffU >> (32 - Size) && all == 1);
  const int sum = static_cast<int>(Size) * first + static_cast<int>(Size * (Size - 1) / 2);
  expect(cg::reduce(tile, t, cg::plus<int>()) == sum);
  expect(cg::reduce(tile, 1.0F * t, cg::plus<float>()) == 1.0F * sum);
  expect(cg::reduce(tile, 0.25 * t, cg::greater<double>()) == 0.25 * (first + Size - 1));
  expect(cg::reduce(tile, t - 50, cg::less<int>()) == first - 50);
  expect(cg::reduce(tile, 1ULL << (rank + 20), cg::bit_or<unsigned long long>()) ==
         (0xffffffffULL >> (32 - Size)) << 20);
  tile.sync();
  return wrong;
}

__global__ void tiles(int* out) {
  const int t = threadIdx.x;
  int wrong = check_tile<1>(t) + check_tile<2>(t) + check_tile<4>(t) + check_tile<8>(t) +
              check_tile<16>(t) + check_tile<32>(t);
  const auto warp = cg::tiled_partition<32>(cg::this_thread_block());
  const auto quarter = cg::tiled_partition<8>(warp);
  wrong += quarter.meta_group_rank() == static_cast<unsigned>(t % 32 / 8) ? 0 : 1;
  wrong += quarter.meta_group_size() == 4 ? 0 : 1;
  const cg::thread_group dynamic = cg::tiled_partition(cg::this_thread_block(), 16);
  dynamic.sync();
  wrong += dynamic.size() == 16 && dynamic.thread_rank() == static_cast<unsigned>(t % 16) ? 0 : 1;
  const cg::thread_group half = cg::tiled_partition(dynamic, 8);
  wrong += half.size() == 8 && half.thread_rank() == static_cast<unsigned>(t % 8) ? 0 : 1;
  out[t] = wrong;
}

// Every third thread; the rank of thread 3 k + first of a warp is k.
__global__ void coalesced(int* out) {
  const int t = threadIdx.x;
  const int lane = t % 32;
  int wrong = 0;
  const auto expect = [&](bool condition) { wrong += condition ? 0 : 1; };
  if (lane % 3 == 1) {
    const cg::coalesced_group group = cg::coalesced_threads();
    const int rank = lane / 3;
    constexpr int kSize = 11;
    expect(group.size() == kSize && group.thread_rank() == static_cast<unsigned>(rank));
    expect(group.meta_group_rank() == 0 && group.meta_group_size() == 1);
    expect(group.shfl(t, 4) == t - lane + 13);
    expect(group.shfl_up(t, 2) == (rank < 2 ? t : t - 6));
    expect(group.shfl_down(0.5 * t, 3) == 0.5 * (rank + 3 >= kSize ? t : t + 9));
    expect(group.ballot(rank % 2 == 0) == 0x555);
    expect(group.any(rank == 10) != 0 && group.all(rank < 10) == 0);
    expect(group.match_any(rank % 5 == 0) == (rank % 5 == 0 ? 0x421U : 0x3deU));
    int all = 1;
    expect(group.match_all(rank, all) == 0 && all == 0);
    expect(cg::reduce(group, rank, cg::plus<int>()) == 55);
    expect(cg::reduce(group, 1.0F * rank, cg::plus<float>()) == 55.0F);
    expect(cg::reduce(group, static_cast<short>(rank), cg::greater<short>()) == 10);
    const cg::coalesced_group part = cg::tiled_partition(group, 4);
    expect(part.size() == (rank < 8 ? 4U : 3U) &&
           part.thread_rank() == static_cast<unsigned>(rank % 4));
    expect(part.meta_group_rank() == static_cast<unsigned>(rank / 4) &&
           part.meta_group_size() == 3);
    const cg::coalesced_group small = cg::binary_partition(group, rank < 3);
    expect(small.size() == (rank < 3 ? 3U : 8U));
    const cg::coalesced_group same = cg::labeled_partition(group, (rank + 2) % 4);
    expect(same.size() == (rank % 4 == 3 ? 2U : 3U) && same.meta_group_size() == 4);
    expect(same.meta_group_rank() == static_cast<unsigned>(rank % 4));
    expect(same.thread_rank() == static_cast<unsigned>(rank / 4));
    group.sync();
  }
  out[t] = wrong;
}

int main() {
  test_block_and_grid();
  DeviceArray<int> out(kThreads);
  tiles<<<1, kThreads>>>(out.data());
  require_launched();
  for (const int wrong : out.values()) REQUIRE(wrong == 0);
  coalesced<<<1, kThreads>>>(out.data());
  require_launched();
  for (const int wrong : out.values()) REQUIRE(wrong == 0);
  return 0;
}
