// Bulk copies through heddle/bulk_copy.h and cuda::memcpy_async: tiles with edges, swizzles, rings
// of stages, a copy for each thread, and sizes that are none of a bulk copy.
#include <cooperative_groups.h>

#include <cuda/barrier>

#include "check.hpp"

using Barrier = cuda::barrier<cuda::thread_scope_block>;

constexpr unsigned kWidth = 44, kHeight = 37;  // of the matrix: rows of 176 bytes
constexpr unsigned kTileWidth = 32, kTileHeight = 16;

// A block for each tile: the sums of its columns; the matrix is zero outside.
__global__ void column_sums(const float* matrix, float* sums) {
  alignas(128) __shared__ float tile[kTileHeight][kTileWidth];
  __shared__ Barrier barrier;
  const unsigned x = blockIdx.x * kTileWidth, y = blockIdx.y * kTileHeight;
  const unsigned t = threadIdx.x;
  if (t == 0) init(&barrier, blockDim.x);
  __syncthreads();
  if (t == 0) {
    heddle_bulk_box box;
    box.pitch = kWidth * sizeof(float);
    box.row_bytes = sizeof tile[0];
    box.rows = kTileHeight;
    box.valid_bytes = min(kTileWidth, kWidth - x) * sizeof(float);
    box.valid_rows = min(kTileHeight, kHeight - y);
    cuda::device::barrier_expect_tx(barrier, sizeof tile);
    cp_async_bulk_2d_shared_global(tile, matrix + y * kWidth + x, box,
                                   cuda::device::barrier_native_handle(barrier));
  }
  barrier.arrive_and_wait();
  float sum = 0;
  for (unsigned row = 0; row < kTileHeight; ++row) sum += tile[row][t];
  sums[(blockIdx.y * gridDim.x + blockIdx.x) * kTileWidth + t] = sum;
}

// 128-byte rows with a swizzle: thread t reads its 16-byte column of every row without conflicts.
__global__ void read_columns(const uint4* rows, uint4* columns) {
  alignas(128) __shared__ uint4 tile[32][8];
  __shared__ Barrier barrier;
  const unsigned t = threadIdx.x;
  if (t == 0) init(&barrier, 1);
  __syncthreads();
  if (t == 0) {
    heddle_bulk_box box;
    box.pitch = box.row_bytes = box.valid_bytes = 128;
    box.rows = box.valid_rows = 32;
    box.swizzle = heddle_swizzle_128b;
    cp_async_bulk_2d_shared_global(tile, rows, box, cuda::device::barrier_native_handle(barrier));
    (void)cuda::device::barrier_arrive_tx(barrier, 1, sizeof tile);
  }
  barrier.wait_parity(false);
  const unsigned row = heddle_shared_offset(tile[t]) / 128;
  for (unsigned column = 0; column < 8; ++column) {
    columns[32 * column + t] = tile[t][column ^ row % 8];
  }
}

constexpr unsigned kStages = 3, kStageWords = 192, kRounds = 10;

// One thread fills the stages of a ring, the others empty them.
__global__ void ring(const unsigned* in, unsigned* out) {
  alignas(16) __shared__ unsigned stages[kStages][kStageWords];
  __shared__ Barrier full[kStages], empty[kStages];
  const unsigned t = threadIdx.x;
  if (t < kStages) {
    init(&full[t], 1);
    init(&empty[t], 64);
  }
  __syncthreads();
  if (t == 64) {
    for (unsigned round = 0; round < kRounds; ++round) {
      const unsigned stage = round % kStages;
      empty[stage].wait_parity(round / kStages % 2 == 0);
      cuda::device::experimental::cp_async_bulk_global_to_shared(
          stages[stage], in + round * kStageWords, sizeof stages[0], full[stage]);
      (void)cuda::device::barrier_arrive_tx(full[stage], 1, sizeof stages[0]);
    }
  } else if (t < 64) {
    unsigned sum = 0;
    for (unsigned round = 0; round < kRounds; ++round) {
      const unsigned stage = round % kStages;
      full[stage].wait_parity(round / kStages % 2 != 0);
      for (unsigned i = t; i < kStageWords; i += 64) sum = 3 * sum + stages[stage][i];
      (void)empty[stage].arrive();
    }
    out[t] = sum;
  }
}

// Every thread copies its own 32 bytes, those of a branch too.
__global__ void own_copies(const unsigned* in, unsigned* out) {
  alignas(16) __shared__ unsigned words[64][8];
  __shared__ Barrier barrier;
  const unsigned t = threadIdx.x;
  if (t == 0) init(&barrier, 64);
  __syncthreads();
  if (t % 3 == 0) {
    cuda::memcpy_async(words[t], in + 8 * (63 - t), sizeof words[0], barrier);
  } else {
    cuda::memcpy_async(words[t], in + 8 * t, cuda::aligned_size_t<16>(sizeof words[0]), barrier);
  }
  barrier.arrive_and_wait();
  const unsigned other = (t + 17) % 64;
  for (unsigned i = 0; i < 8; ++i) out[8 * other + i] = words[other][i];
}

// The block together: 9,000 bytes in three parts, of which the last one is none of a bulk copy.
__global__ void block_copies(const unsigned char* in, unsigned char* out) {
  alignas(16) __shared__ unsigned char bytes[9000];
  __shared__ Barrier barrier;
  const auto block = cooperative_groups::this_thread_block();
  if (block.thread_rank() == 0) init(&barrier, block.size());
  block.sync();
  const auto first = cuda::memcpy_async(block, bytes, in, 8192, barrier);
  cuda::memcpy_async(block, bytes + 8192, in + 8192, cuda::aligned_size_t<16>(800), barrier);
  const auto last = cuda::memcpy_async(block, bytes + 8992, in + 8992, 8, barrier);
  barrier.arrive_and_wait();
  for (unsigned i = block.thread_rank(); i < 9000; i += block.size()) out[i] = bytes[i];
  if (first != cuda::async_contract_fulfillment::async ||
      last != cuda::async_contract_fulfillment::none) {
    out[0] = static_cast<unsigned char>(~in[0]);
  }
}

int main() {
  std::vector<float> matrix(kWidth * kHeight);
  for (unsigned i = 0; i < matrix.size(); ++i) matrix[i] = static_cast<float>(i % 251);
  DeviceArray<float> device_matrix(matrix);
  const dim3 tiles(2, 3);
  DeviceArray<float> sums(tiles.x * tiles.y * kTileWidth);
  column_sums<<<tiles, kTileWidth>>>(device_matrix.data(), sums.data());
  require_launched();
  const std::vector<float> found = sums.values();
  for (unsigned tile = 0; tile < 6; ++tile) {
    for (unsigned t = 0; t < kTileWidth; ++t) {
      const unsigned x = tile % 2 * kTileWidth + t;
      float sum = 0;
      for (unsigned row = 0; row < kTileHeight; ++row) {
        const unsigned y = tile / 2 * kTileHeight + row;
        if (x < kWidth && y < kHeight) sum += matrix[y * kWidth + x];
      }
      REQUIRE(found[tile * kTileWidth + t] == sum);
    }
  }

  std::vector<uint4> rows(256);
  for (unsigned i = 0; i < 256; ++i) rows[i] = {i, 3 * i, 5 * i, 7 * i};
  DeviceArray<uint4> device_rows(rows), columns(256);
  read_columns<<<1, 32>>>(device_rows.data(), columns.data());
  require_launched();
  const std::vector<uint4> transposed = columns.values();
  for (unsigned i = 0; i < 256; ++i) {
    REQUIRE(transposed[i].x == rows[8 * (i % 32) + i / 32].x);
    REQUIRE(transposed[i].w == rows[8 * (i % 32) + i / 32].w);
  }

  std::vector<unsigned> words(kRounds * kStageWords);
  for (unsigned i = 0; i < words.size(); ++i) words[i] = 2654435761U * i;
  DeviceArray<unsigned> device_words(words), results(64);
  ring<<<1, 96>>>(device_words.data(), results.data());
  require_launched();
  for (unsigned t = 0; t < 64; ++t) {
    unsigned sum = 0;
    for (unsigned i = t; i < words.size(); i += 64) sum = 3 * sum + words[i];
    REQUIRE(results.values()[t] == sum);
  }

  DeviceArray<unsigned> own(512);
  own_copies<<<1, 64>>>(device_words.data(), own.data());
  require_launched();
  for (unsigned t = 0; t < 64; ++t) {
    const unsigned from = t % 3 == 0 ? 63 - t : t;
    for (unsigned i = 0; i < 8; ++i) REQUIRE(own.values()[8 * t + i] == words[8 * from + i]);
  }

  std::vector<unsigned char> text(9000);
  for (unsigned i = 0; i < text.size(); ++i) text[i] = static_cast<unsigned char>(i * i >> 3);
  DeviceArray<unsigned char> device_text(text), copied(9000);
  block_copies<<<1, 96>>>(device_text.data(), copied.data());
  require_launched();
  REQUIRE(copied.values() == text);
  return 0;
}
