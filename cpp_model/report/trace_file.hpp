// A pipeline trace as a file for a viewer: Chrome's trace format (Perfetto, chrome://tracing) or
// Konata's (https://github.com/shioyadan/Konata).
#pragma once

#include <ostream>
#include <string>
#include <string_view>

#include "report/pipeline_trace.hpp"

namespace heddle::report {

enum class TraceFormat { kChrome, kKonata };

/// By the name's end: ".json" is Chrome's, ".kanata" Konata's. Throws std::runtime_error for
/// others.
TraceFormat trace_format(std::string_view path);

/// Chrome: a track a warp slot; each instruction lasts from its issue to the warp's next one, so
/// that what a warp waited for stands out. 1 us on the viewer's scale is one clock cycle.
void write_chrome(const PipelineTrace& trace, std::ostream& out);

/// Konata: a line an instruction with its stages F (fetch), D (decode), B (instruction buffer),
/// I (issue queue), O (operands), X (execute); the viewer's thread is the warp slot.
void write_konata(const PipelineTrace& trace, std::ostream& out);

/// In the format of the name; the file appears complete or not at all. Throws std::runtime_error if
/// it cannot be written.
void write_trace(const PipelineTrace& trace, const std::string& path);

}  // namespace heddle::report
