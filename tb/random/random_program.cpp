#include "random/random_program.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cstring>

#include "random/assembler.hpp"
#include "random/generator.hpp"

namespace heddle::random {
namespace {

constexpr std::uint32_t kCodeBase = 0x00010000;
constexpr std::uint32_t kArguments = 0x00020000;
constexpr std::uint32_t kConstants = 0x00030000;
constexpr std::uint32_t kPrivate = 0x00100000;
constexpr std::uint32_t kWarpLines = 0x00400000;
constexpr std::uint32_t kHotLines = 0x00600000;
constexpr std::uint32_t kLocalBase = 0x00800000;
constexpr std::uint32_t kWarpSize = 32;
constexpr std::uint32_t kMostUnusedShared = 8192;

// Local memory is mapped for as many warps as any configuration may have, so that a program does
// not depend on it.
constexpr std::uint32_t kMostWarps = 64;

// Zeros, ones, subnormals, the ends of the ranges, infinities and NaNs: as floats, and as integers.
constexpr std::uint32_t kNasty[] = {
    0x00000000, 0x80000000, 0x00000001, 0x80000001, 0x007fffff, 0x00800000, 0x80800000, 0x00800001,
    0x3f800000, 0xbf800000, 0x3f7fffff, 0x3f800001, 0x34000000, 0x33800000, 0x4b000000, 0x4b7fffff,
    0x4effffff, 0x4f000000, 0xcf000000, 0x4f7fffff, 0x4f800000, 0x7f7fffff, 0xff7fffff, 0x7f800000,
    0xff800000, 0x7f800001, 0x7fbfffff, 0x7fc00000, 0xffc00000, 0x7fffffff, 0xffffffff, 0x3fc00000,
    0xc0200000, 0x1f800000, 0x5f800000, 0x0000ffff, 0x00ff00ff, 0x12345678};

template <typename Make>
DataBlock make_words(std::uint32_t address, std::uint32_t bytes, Make make) {
  DataBlock block{address, std::vector<std::byte>(bytes)};
  for (std::uint32_t offset = 0; offset < bytes; offset += 4) {
    const std::uint32_t word = make(offset / 4);
    std::memcpy(block.bytes.data() + offset, &word, sizeof word);
  }
  return block;
}

std::uint32_t page_up(std::uint32_t address) { return (address + 4095) & ~4095u; }

Dim3 choose_block(Choice& choice, std::uint32_t limit) {
  static constexpr Dim3 kShapes[] = {{1, 1, 1},  {5, 1, 1},   {31, 1, 1}, {32, 1, 1}, {33, 1, 1},
                                     {63, 1, 1}, {66, 1, 1},  {67, 1, 1}, {96, 1, 1}, {128, 1, 1},
                                     {7, 9, 1},  {11, 6, 1},  {3, 5, 4},  {16, 8, 1}, {4, 4, 4},
                                     {2, 3, 17}, {256, 1, 1}, {50, 3, 1}, {1, 40, 2}, {1000, 1, 1}};
  for (;;) {
    const Dim3 shape = choice.of(kShapes);
    if (shape.x * shape.y * shape.z <= limit) return shape;
  }
}

Dim3 choose_grid(Choice& choice, std::uint32_t limit) {
  static constexpr Dim3 kShapes[] = {{1, 1, 1}, {2, 1, 1}, {3, 1, 1}, {1, 2, 1}, {2, 2, 1},
                                     {5, 1, 1}, {1, 3, 2}, {6, 1, 1}, {2, 1, 3}, {4, 4, 1},
                                     {2, 2, 2}, {1, 2, 3}, {3, 2, 1}, {2, 4, 2}, {1, 1, 7}};
  for (;;) {
    const Dim3 shape = choice.of(kShapes);
    if (shape.x * shape.y * shape.z <= limit) return shape;
  }
}

std::uint32_t volume(const Dim3& size) { return size.x * size.y * size.z; }

}  // namespace

std::string Program::describe() const {
  return fmt::format("random program, seed {}: grid {} x {} x {}, block {} x {} x {}\n{}", seed,
                     launch.grid.x, launch.grid.y, launch.grid.z, launch.block.x, launch.block.y,
                     launch.block.z, listing(code, code_base));
}

void Program::load(Device& device) const {
  device.set_regions(regions);
  device.write_memory(code_base, std::as_bytes(std::span(code)));
  for (const DataBlock& block : data) device.write_memory(block.address, block.bytes);
}

void Program::load(MemoryImage& image) const {
  image.write(code_base, std::as_bytes(std::span(code)));
  for (const DataBlock& block : data) image.write(block.address, block.bytes);
}

Program random_program(std::uint64_t seed, const Config& config, const Options& options) {
  Choice choice(seed);
  Program program;
  program.seed = seed;
  program.code_base = kCodeBase;

  Launch& launch = program.launch;
  const auto shared_bytes = [&](std::uint32_t threads) {
    const std::uint32_t bytes = Generator::shared_bytes(threads);
    const std::uint32_t copies =
        options.bulk_copies ? Generator::with_copies(bytes, threads) : bytes;
    return options.tensor ? Generator::with_tensor(copies) : copies;
  };
  const std::uint32_t thread_limit =
      std::min({options.maximum_threads, kWarpSize * config.warps, 1024u,
                config.shared_bytes / shared_bytes(kWarpSize) * kWarpSize});
  launch.block = choose_block(choice, thread_limit);
  const std::uint32_t threads = volume(launch.block);
  const std::uint32_t warps = (threads + kWarpSize - 1) / kWarpSize;
  launch.grid = choose_grid(
      choice, std::max(1u, std::min(options.maximum_ctas, options.maximum_warps / warps)));
  const std::uint32_t ctas = volume(launch.grid);
  launch.entry = kCodeBase;
  launch.argptr = kArguments;
  launch.shared_size = shared_bytes(threads);
  // More than is needed lets fewer CTAs be resident.
  if (choice.one_in(4)) launch.shared_size += choice.below(kMostUnusedShared);
  launch.shared_size = std::min(launch.shared_size, config.shared_bytes);
  launch.local_base = kLocalBase + 128 * choice.below(64);
  launch.local_shift = choice.one_in(2) ? 8 : choice.between(8, 11);

  program.code = Generator(choice, config, options, kCodeBase, threads, threads * ctas).generate();

  const std::uint32_t private_bytes = threads * ctas * Generator::kPrivateBytes;
  const std::uint32_t line_bytes =
      (threads + kWarpSize - 1) / kWarpSize * ctas * Generator::kWarpBytes;
  const std::uint32_t hot_bytes = Generator::hot_lines(threads * ctas) * 64;
  const std::uint32_t common = kHotLines + hot_bytes;
  const std::uint32_t pointers[] = {kConstants, kPrivate, kWarpLines, kHotLines, common};
  const std::uint32_t local_bytes = kMostWarps * kWarpSize << launch.local_shift;
  const auto any_word = [&](std::uint32_t) {
    return choice.one_in(2) ? choice.of(kNasty)
                            : choice.bits() >> (choice.one_in(2) ? choice.below(32) : 0);
  };
  program.data.push_back(
      make_words(kArguments, sizeof pointers, [&](std::uint32_t i) { return pointers[i]; }));
  // A page more than scattered loads need: the side-by-side loads of many threads reach further.
  program.data.push_back(make_words(kConstants, 2 * Generator::kConstantBytes, any_word));
  program.data.push_back(make_words(kPrivate, private_bytes, any_word));
  program.data.push_back(make_words(kWarpLines, line_bytes, [&](std::uint32_t i) {
    const bool flag = i % (Generator::kWarpBytes / 4) >= Generator::kWarpBytes / 8;
    return flag ? 0 : any_word(i);
  }));
  program.data.push_back(make_words(kHotLines, hot_bytes, any_word));
  program.data.push_back(make_words(common, 4 * Generator::kCommonWords, any_word));

  const auto code_bytes = static_cast<std::uint32_t>(4 * program.code.size());
  program.regions = {
      {kCodeBase, page_up(kCodeBase + code_bytes), kRead | kExecute},
      {kArguments, page_up(kArguments + sizeof pointers), kRead},
      {kConstants, kConstants + 2 * Generator::kConstantBytes, kRead},
      {kPrivate, page_up(kPrivate + private_bytes), kRead | kWrite},
      {kWarpLines, page_up(kWarpLines + line_bytes), kRead | kWrite},
      {kHotLines, page_up(common + 4 * Generator::kCommonWords), kRead | kWrite},
      {kLocalBase, page_up(launch.local_base + local_bytes), kRead | kWrite},
  };
  return program;
}

}  // namespace heddle::random
