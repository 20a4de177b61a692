// What the runtime reads from printf's buffer, above all when a grid was stopped or has written
// over it.
#include "print.hpp"

#include <catch2/catch.hpp>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <memory>
#include <string>
#include <vector>

#include "functional/functional_device.hpp"
#include "lib/print_record.hpp"

namespace heddle {
namespace {

constexpr std::uint32_t kBuffer = 0x20000;
constexpr std::uint32_t kCapacity = 64;
constexpr std::uint32_t kFormat = 0x10000;

std::unique_ptr<Device> device_with(std::uint32_t used, std::uint32_t lost,
                                    const std::vector<std::uint32_t>& records) {
  auto device = make_functional_device(Config::load("nano"));
  std::vector<std::uint32_t> words = {used, lost};
  words.insert(words.end(), records.begin(), records.end());
  device->write_memory(kBuffer, std::as_bytes(std::span(words)));
  const std::string format = "%d|";
  device->write_memory(kFormat, std::as_bytes(std::span(format.c_str(), format.size() + 1)));
  return device;
}

std::string text_of(const Printed& printed) {
  std::string text;
  for (const Printed::Record& record : printed.records) text += record.text;
  return text;
}

std::vector<std::uint32_t> record_of(std::uint32_t value, std::uint32_t kind = print::kPrintf) {
  return {6, kind, kFormat, 1, value, 0};
}

std::vector<std::uint32_t> operator+(std::vector<std::uint32_t> a,
                                     const std::vector<std::uint32_t>& b) {
  a.insert(a.end(), b.begin(), b.end());
  return a;
}

}  // namespace

TEST_CASE("printf's buffer is read in order and emptied") {
  const auto device = device_with(12, 0, record_of(1) + record_of(2));
  const Printed printed = take_printed(*device, kBuffer, kCapacity);
  CHECK(text_of(printed) == "1|2|");
  CHECK((printed.lost == 0 && printed.unfinished == 0 && !printed.damaged));
  CHECK(take_printed(*device, kBuffer, kCapacity).records.empty());
}

TEST_CASE("records that threads did not finish are counted and hide no others") {
  const std::vector<std::uint32_t> not_begun(6);
  const auto device = device_with(
      24, 0, record_of(1) + not_begun + record_of(2, print::kUnfinished) + record_of(3));
  const Printed printed = take_printed(*device, kBuffer, kCapacity);
  CHECK(text_of(printed) == "1|3|");
  CHECK(printed.unfinished == 2);
  CHECK_FALSE(printed.damaged);
}

TEST_CASE("what did not fit printf's buffer is counted") {
  const auto device = device_with(kCapacity + 40, 7, record_of(1));
  const Printed printed = take_printed(*device, kBuffer, kCapacity);
  CHECK(text_of(printed) == "1|");
  CHECK((printed.lost == 7 && printed.unfinished == 0 && !printed.damaged));
}

TEST_CASE("a buffer of printf that was overwritten is told, not believed") {
  const std::vector<std::vector<std::uint32_t>> wrong = {
      {3, print::kPrintf, kFormat, 0},        // smaller than a record
      {1000, print::kPrintf, kFormat, 0},     // larger than the rest
      {6, print::kPrintf, kFormat, 2, 0, 0},  // more values than words
      {6, print::kPrintf, kFormat, 1U << 31, 0, 0},
      {6, 9, kFormat, 1, 0, 0},               // no such kind
      {6, print::kAssert, kFormat, 1, 0, 0},  // not the values of an assert
  };
  for (const auto& record : wrong) {
    const auto device = device_with(12, 0, record_of(1) + record);
    const Printed printed = take_printed(*device, kBuffer, kCapacity);
    CHECK(text_of(printed) == "1|");
    CHECK(printed.damaged);
  }
}

}  // namespace heddle
