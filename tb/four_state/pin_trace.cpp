// Runs a random program on the timed model and writes what is on the device's pins in every cycle,
// and a Verilog testbench that plays it on the RTL or on a netlist in a 4-state simulator: the
// inputs are driven, and each output that the model drives with meaning must have the model's
// value; an unknown is a difference. `ci/four-state` does all of it.
#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <array>
#include <bit>
#include <cstdio>
#include <memory>
#include <stdexcept>
#include <string>
#include <vector>

#include "device/axi_lite_driver.hpp"
#include "isa/float_lanes.hpp"
#include "random/random_program.hpp"
#include "timed/machine.hpp"

namespace heddle::four_state {
namespace {

using timed::AxiLiteIn;
using timed::AxiLiteOut;
using timed::AxiMasterOut;
using timed::AxiSlaveOut;

/// A vector of pins; bit 0 is the first one added.
class Bits {
 public:
  void clear() { bits_.clear(); }
  void add(std::uint64_t value, std::uint32_t width) {
    for (std::uint32_t i = 0; i < width; ++i) bits_.push_back((value >> i & 1) != 0);
  }
  std::string hex() const {
    std::string text;
    for (std::size_t digit = (bits_.size() + 3) / 4; digit-- != 0;) {
      unsigned value = 0;
      for (std::size_t i = 0; i < 4; ++i) {
        if (4 * digit + i < bits_.size() && bits_[4 * digit + i]) value |= 1u << i;
      }
      text += "0123456789abcdef"[value];
    }
    return text;
  }
  std::size_t size() const { return bits_.size(); }

 private:
  std::vector<bool> bits_;
};

/// The pins of one cycle; an output bit counts only where `gates` has a 1.
struct Cycle {
  Bits inputs, outputs, gates;
};

/// One place says the order of the pins: visit() goes through them, for the testbench by name, for
/// the trace by value. For every port: name, width a channel, and its values.
class Pins {
 public:
  explicit Pins(const Config& config)
      : channels_(config.channels),
        data_bits_(config.axi_data_bits),
        id_bits_(static_cast<std::uint32_t>(std::bit_width(config.axi_outstanding - 1))) {}

  template <typename Input, typename Output>
  void visit(const AxiLiteIn& host, const AxiLiteOut& device, std::span<const AxiMasterOut> masters,
             std::span<const AxiSlaveOut> slaves, const Input& input, const Output& output) const {
    input("s_axil_awvalid_i", 1, host.aw_valid);
    input("s_axil_awaddr_i", 12, host.aw_addr);
    input("s_axil_wvalid_i", 1, host.w_valid);
    input("s_axil_wdata_i", 32, host.w_data);
    input("s_axil_wstrb_i", 4, host.w_strobe);
    input("s_axil_bready_i", 1, host.b_ready);
    input("s_axil_arvalid_i", 1, host.ar_valid);
    input("s_axil_araddr_i", 12, host.ar_addr);
    input("s_axil_rready_i", 1, host.r_ready);
    output("s_axil_awready_o", 1, device.aw_ready, true);
    output("s_axil_wready_o", 1, device.w_ready, true);
    output("s_axil_bvalid_o", 1, device.b_valid, true);
    output("s_axil_bresp_o", 2, device.b_resp, device.b_valid);
    output("s_axil_arready_o", 1, device.ar_ready, true);
    output("s_axil_rvalid_o", 1, device.r_valid, true);
    output("s_axil_rdata_o", 32, device.r_data, device.r_valid);
    output("s_axil_rresp_o", 2, device.r_resp, device.r_valid);

    const auto in = [&](const char* name, std::uint32_t width, auto value) {
      for (const AxiSlaveOut& slave : slaves) input(name, width, value(slave));
    };
    const auto out = [&](const char* name, std::uint32_t width, auto value, auto gate) {
      for (const AxiMasterOut& master : masters) output(name, width, value(master), gate(master));
    };
    in("m_axi_arready_i", 1, [](const auto& s) { return s.ar_ready; });
    in("m_axi_rvalid_i", 1, [](const auto& s) { return s.r_valid; });
    in("m_axi_rid_i", id_bits_, [](const auto& s) { return s.r_id; });
    in("m_axi_rresp_i", 2, [](const auto& s) { return s.r_resp; });
    in("m_axi_rlast_i", 1, [](const auto& s) { return s.r_last; });
    in("m_axi_awready_i", 1, [](const auto& s) { return s.aw_ready; });
    in("m_axi_wready_i", 1, [](const auto& s) { return s.w_ready; });
    in("m_axi_bvalid_i", 1, [](const auto& s) { return s.b_valid; });
    in("m_axi_bid_i", id_bits_, [](const auto& s) { return s.b_id; });
    in("m_axi_bresp_i", 2, [](const auto& s) { return s.b_resp; });
    for (const AxiSlaveOut& slave : slaves) {
      for (std::uint32_t byte = 0; byte < data_bits_ / 8; ++byte) {
        input("m_axi_rdata_i", 8, slave.r_data[byte]);
      }
    }

    const auto always = [](const auto&) { return true; };
    const auto ar = [](const auto& m) { return m.ar_valid; };
    const auto aw = [](const auto& m) { return m.aw_valid; };
    const auto w = [](const auto& m) { return m.w_valid; };
    const auto constant = [](std::uint32_t value) {
      return [value](const auto&) { return value; };
    };
    const auto size = static_cast<std::uint32_t>(std::countr_zero(data_bits_ / 8));
    out("m_axi_arvalid_o", 1, ar, always);
    out("m_axi_arid_o", id_bits_, [](const auto& m) { return m.ar_id; }, ar);
    out("m_axi_araddr_o", 32, [](const auto& m) { return m.ar_addr; }, ar);
    out("m_axi_arlen_o", 8, [](const auto& m) { return m.ar_len; }, ar);
    out("m_axi_arsize_o", 3, constant(size), ar);
    out("m_axi_arburst_o", 2, constant(1), ar);
    out("m_axi_rready_o", 1, [](const auto& m) { return m.r_ready; }, always);
    out("m_axi_awvalid_o", 1, aw, always);
    out("m_axi_awid_o", id_bits_, [](const auto& m) { return m.aw_id; }, aw);
    out("m_axi_awaddr_o", 32, [](const auto& m) { return m.aw_addr; }, aw);
    out("m_axi_awlen_o", 8, [](const auto& m) { return m.aw_len; }, aw);
    out("m_axi_awsize_o", 3, constant(size), aw);
    out("m_axi_awburst_o", 2, constant(1), aw);
    out("m_axi_wvalid_o", 1, w, always);
    out("m_axi_wlast_o", 1, [](const auto& m) { return m.w_last; }, w);
    out("m_axi_wstrb_o", data_bits_ / 8, [](const auto& m) { return m.w_strobe; }, w);
    for (const AxiMasterOut& master : masters) {
      for (std::uint32_t byte = 0; byte < data_bits_ / 8; ++byte) {
        output("m_axi_wdata_o", 8, master.w_data[byte],
               master.w_valid && (master.w_strobe >> byte & 1) != 0);
      }
    }
    out("m_axi_bready_o", 1, [](const auto& m) { return m.b_ready; }, always);
  }

  std::uint32_t channels() const { return channels_; }

 private:
  std::uint32_t channels_, data_bits_, id_bits_;
};

/// The testbench. It reads +trace=FILE, a line a cycle: inputs, outputs, gates.
std::string testbench(const Config& config) {
  struct Port {
    std::string name;
    std::size_t width = 0;
  };
  std::vector<Port> inputs, outputs;
  const auto add = [](std::vector<Port>& ports, const char* name, std::uint32_t width) {
    if (ports.empty() || ports.back().name != name) ports.push_back({name, 0});
    ports.back().width += width;
  };
  const std::vector<AxiMasterOut> masters(config.channels);
  const std::vector<AxiSlaveOut> slaves(config.channels);
  Pins(config).visit(
      {}, {}, masters, slaves,
      [&](const char* name, std::uint32_t width, auto) { add(inputs, name, width); },
      [&](const char* name, std::uint32_t width, auto, auto) { add(outputs, name, width); });
  const auto total = [](const std::vector<Port>& ports) {
    std::size_t sum = 0;
    for (const Port& port : ports) sum += port.width;
    return sum;
  };

  std::string text = fmt::format(
      "// Made by pin-trace. Plays +trace=FILE; a line is a cycle: inputs, outputs, gates. "
      "+no_reset: rst_ni is never low.\n"
      "module testbench;\n"
      "  reg clk_i = 0, rst_ni = 0;\n"
      "  reg [{0}:0] inputs = 0;\n"
      "  wire [{1}:0] outputs;\n"
      "  reg [{1}:0] expected, gates;\n"
      "  reg [1023:0] path;\n"
      "  integer file, fields, cycle;\n\n"
      "  gpu gpu (\n    .clk_i(clk_i),\n    .rst_ni(rst_ni)",
      total(inputs) - 1, total(outputs) - 1);
  const auto connect = [&text](const std::vector<Port>& ports, const char* bundle) {
    std::size_t low = 0;
    for (const Port& port : ports) {
      text += fmt::format(",\n    .{}({}[{}:{}])", port.name, bundle, low + port.width - 1, low);
      low += port.width;
    }
  };
  connect(inputs, "inputs");
  connect(outputs, "outputs");
  text +=
      "\n  );\n\n"
      "  task check;\n    begin\n";
  std::size_t low = 0;
  for (const Port& port : outputs) {
    text += fmt::format(
        "      if (((outputs[{0}:{1}] ^ expected[{0}:{1}]) & gates[{0}:{1}]) !== 0) begin\n"
        "        $display(\"cycle %0d, {2}: %h, expected %h where %h\", cycle,\n"
        "            outputs[{0}:{1}], expected[{0}:{1}], gates[{0}:{1}]);\n"
        "        $finish_and_return(1);\n"
        "      end\n",
        low + port.width - 1, low, port.name);
    low += port.width;
  }
  text +=
      "    end\n  endtask\n\n"
      "  initial begin\n"
      "    if (!$value$plusargs(\"trace=%s\", path)) begin\n"
      "      $display(\"+trace=FILE is missing\");\n"
      "      $finish_and_return(2);\n"
      "    end\n"
      "    file = $fopen(path, \"r\");\n"
      "    if ($test$plusargs(\"no_reset\")) rst_ni = 1;\n"
      "    repeat (3) begin #1 clk_i = 1; #1 clk_i = 0; end\n"
      "    #1 rst_ni = 1;\n"
      "    cycle = 0;\n"
      "    fields = $fscanf(file, \"%h %h %h\", inputs, expected, gates);\n"
      "    while (fields == 3) begin\n"
      "      #1 check;\n"
      "      #1 clk_i = 1;\n"
      "      #1 clk_i = 0;\n"
      "      cycle = cycle + 1;\n"
      "      fields = $fscanf(file, \"%h %h %h\", inputs, expected, gates);\n"
      "    end\n"
      "    if (cycle == 0) begin\n"
      "      $display(\"no trace\");\n"
      "      $finish_and_return(2);\n"
      "    end\n"
      "    $display(\"%0d cycles, no difference\", cycle);\n"
      "    $finish_and_return(0);\n"
      "  end\n"
      "endmodule\n";
  return text;
}

struct CloseFile {
  void operator()(std::FILE* file) const { std::fclose(file); }
};
using File = std::unique_ptr<std::FILE, CloseFile>;

File create(const std::string& path) {
  File file(std::fopen(path.c_str(), "w"));
  if (!file) throw std::runtime_error("cannot write " + path);
  return file;
}

void close(File file, const std::string& path) {
  if (std::fflush(file.get()) != 0 || std::ferror(file.get()) != 0) {
    throw std::runtime_error("cannot write all of " + path);
  }
}

/// Runs the program; returns its cycles.
std::uint64_t trace(const Config& config, const random::Program& program,
                    const MemoryTiming& timing, std::FILE* file) {
  timed::Machine machine(config, timing);
  program.load(machine.image);
  const Pins pins(config);
  std::vector<AxiMasterOut> masters(config.channels);
  Cycle cycle;
  const auto step = [&](const AxiLiteIn& host) {
    const AxiLiteOut out = machine.drive(host);
    for (std::uint32_t i = 0; i < config.channels; ++i) masters[i] = machine.gpu.axi_out(i);
    cycle.inputs.clear();
    cycle.outputs.clear();
    cycle.gates.clear();
    pins.visit(
        host, out, masters, machine.memory.outs(),
        [&](const char*, std::uint32_t width, std::uint64_t value) {
          cycle.inputs.add(value, width);
        },
        [&](const char*, std::uint32_t width, std::uint64_t value, bool gate) {
          cycle.outputs.add(value, width);
          cycle.gates.add(gate ? ~std::uint64_t{0} : 0, width);
        });
    fmt::print(file, "{} {} {}\n", cycle.inputs.hex(), cycle.outputs.hex(), cycle.gates.hex());
    machine.tick(host);
    return out;
  };
  const isa::HostFloatEnvironment environment;
  timed::AxiLiteDriver driver(config, step);
  const LaunchResult result =
      driver.run(program.launch, check_launch(config, program.launch), program.regions, {});
  if (result.status != LaunchStatus::kOk) {
    throw std::runtime_error("the program did not end well: " + result.message);
  }
  return driver.cycles();
}

}  // namespace
}  // namespace heddle::four_state

int main(int argc, char** argv) {
  using namespace heddle;
  CLI::App app("writes the pins of a random program's run, and a testbench that plays them");
  std::string config_name = "nano", trace_path, testbench_path;
  std::uint64_t seed = 1;
  random::Options options{.statements = 8, .maximum_ctas = 2, .maximum_threads = 48};
  app.add_option("--config", config_name, "design point (default nano)");
  app.add_option("--seed", seed, "of the program, and of the memory's delays");
  app.add_option("--statements", options.statements, "length of the program (default 8)");
  app.add_option("--trace", trace_path, "file for the pins");
  app.add_option("--testbench", testbench_path, "file for the testbench");
  CLI11_PARSE(app, argc, argv);
  try {
    const Config config = Config::load(config_name);
    if (!testbench_path.empty()) {
      four_state::File file = four_state::create(testbench_path);
      fmt::print(file.get(), "{}", four_state::testbench(config));
      four_state::close(std::move(file), testbench_path);
    }
    if (!trace_path.empty()) {
      four_state::File file = four_state::create(trace_path);
      const random::Program program = random::random_program(seed, config, options);
      const std::uint64_t cycles =
          four_state::trace(config, program, {.latency = 5, .seed = seed}, file.get());
      four_state::close(std::move(file), trace_path);
      fmt::print("{}\n", cycles);
    }
  } catch (const std::exception& error) {
    fmt::print(stderr, "pin-trace: {}\n", error.what());
    return 1;
  }
  return 0;
}
