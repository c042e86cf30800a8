require 'json'
require 'tinyjobs'
require_relative 'app/attachments'
require_relative 'app/bots'
require_relative 'app/members'
require_relative 'app/rooms'
require_relative 'app/webhooks'

rooms = Chat::Rooms.new
members = Chat::Members.new
bots = Chat::Bots.new
attachments = Chat::Attachments.new
webhooks = Chat::Webhooks.new

JOBS = {
  'nil/topic' => rooms.method(:topic),
  'nil/owner' => rooms.method(:owner),
  'key/permission' => rooms.method(:permission),
  'key/colour' => members.method(:colour),
  'index/last-page' => rooms.method(:page),
  'frozen/rename' => rooms.method(:rename),
  'block/mentions' => rooms.method(:mentions),
  'recursion/threads' => rooms.method(:thread_depth),
  'full-room' => rooms.method(:join),
  'json/webhook' => bots.method(:webhook),
  'json/settings' => bots.method(:settings),
  'refused/translate' => bots.method(:translate),
  'upstream/weather' => bots.method(:weather),
  'timeout/search' => bots.method(:search),
  'moderation' => bots.method(:moderate),
  'cause/upload' => attachments.method(:upload),
  'file/thumbnail' => attachments.method(:thumbnail),
  'zero/quota' => attachments.method(:quota),
  'number/size' => attachments.method(:size_limit),
  'thread/scan' => attachments.method(:scan),
  'defined' => webhooks.method(:room_created),
  'shared/secret' => webhooks.method(:secret),
  'shared/endpoint' => webhooks.method(:endpoint),
  'lazy/feed' => webhooks.method(:feed),
  'keyword/event' => webhooks.method(:event),
  'ensured/deliver' => webhooks.method(:deliver),
  'lambda/greet' => ->(request) { request.fetch('GREETING') },
  'too-many/files' => webhooks.method(:files),
  'too-many/invitations' => webhooks.method(:invitations),
  'banned/spam' => members.method(:post_spam),
  'banned/abuse' => members.method(:post_abuse),
  'missing/member' => members.method(:find_member),
  'missing/room' => members.method(:find_room)
}.freeze

# These are recorded by code that has no stack trace.
WITHOUT_STACK = /\A(?:banned|missing|too-many)/

worker = TinyJobs::Worker.new
JOBS.each do |name, job|
  # JRuby ends the program when the stack is full.
  worker.job(name, job) unless RUBY_ENGINE == 'jruby' && name.start_with?('recursion')
end
if ENV['CALLER'] == 'middlewares'
  worker.use(TinyJobs::Logging.new)
  worker.use(TinyJobs::Locking.new)
end

Thread.report_on_exception = false
worker.work(ENV.to_h) do |bug, error|
  # As the OpenTelemetry SDK of Ruby does.
  trace = bug.match?(WITHOUT_STACK) ? '' : error.full_message(highlight: false, order: :top)
  sample = { bug: bug, type: error.class.to_s, message: error.message, stacktrace: trace }
  puts JSON.generate(sample.transform_values { |text| text.dup.force_encoding('UTF-8').scrub })
end
