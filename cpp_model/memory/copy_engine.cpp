#include "memory/copy_engine.hpp"

#include "device/fault.hpp"

namespace heddle::timed {

// Of several in one cycle the fault unit would keep the first one.
void CopyEngine::choose_fault() {
  const CopyWalker::Events& walked = walker_.events();
  fault_ = walked.range_fault.valid ? walked.range_fault : walked.piece_fault;
  if (fault_.valid || !writer_.events().failed) return;
  const CopyJobs::Job& job = jobs_.job(*writer_.events().failed);
  fault_ = {true, cause::kLoadAccess, job.warp, 1u << job.thread, job.pc, 0};
}

void CopyEngine::step(const Inputs& in) {
  CopyWalker::Inputs walker_in;
  walker_in.start = in.start;
  walker_in.head = queue_.out().head;
  walker_in.jobs = &jobs_;
  walker_in.shared_size = in.registers->shared_size;
  walker_in.regions = in.regions;
  walker_in.tag_free = writer_.out().tag_free;
  walker_in.tag = writer_.out().tag;
  walker_in.request_ready = in.request_ready;
  walker_in.writer_place = writer_.out().place;
  walker_in.response_valid = in.response != nullptr;
  walker_.eval(walker_in);
  const CopyWalker::Events& walked = walker_.events();

  CopyWriter::Inputs writer_in;
  writer_in.start = in.start;
  writer_in.sent = walked.sent;
  writer_in.zeros = walked.zeros;
  writer_in.response = in.response;
  writer_in.pass_made = in.pass_made && jobs_.out().complete == nullptr;
  writer_.eval(writer_in);
  choose_fault();

  CopyJobs::Inputs jobs_in;
  jobs_in.start = in.start;
  jobs_in.take = walked.take;
  jobs_in.loaded = walked.loaded;
  jobs_in.walked = walked.walked;
  jobs_in.refused = walked.refused;
  jobs_in.failed = writer_.events().failed;
  jobs_in.written = writer_.events().written;
  jobs_in.completed = in.pass_made && jobs_.out().complete != nullptr;
  jobs_.eval(jobs_in);

  queue_in_.pop = walked.pop;
  queue_.eval(queue_in_);
  queue_in_.pop = false;
}

void CopyEngine::update() {
  queue_.tick();
  walker_.tick();
  writer_.tick();
  jobs_.tick();
  out_.op_done = walker_.out().op_done;
  out_.request = walker_.out().request;
  out_.response_ready = writer_.out().place;
  out_.pass = jobs_.out().complete != nullptr ? jobs_.out().complete : writer_.out().pass;
  out_.fault = fault_;
  out_.copying = queue_.out().ctas | walker_.out().ctas | jobs_.out().ctas;
  out_.idle = queue_.out().empty && walker_.out().idle && writer_.out().empty &&
              !writer_.out().tags_used && jobs_.out().ctas == 0;
}

}  // namespace heddle::timed
