package com.acme.chat

import kotlinx.coroutines.Dispatchers
import kotlinx.coroutines.runBlocking
import org.tinyktor.App
import org.tinyktor.authenticate
import org.tinyktor.limitRate

/** These are recorded by code that has no stack trace. */
private val withoutStack = Regex("^(banned|missing)/")

fun main() {
    val app = App()
    val rooms = Rooms()
    val bots = Bots()
    val feeds = Feeds()
    app.route("null/topic") { rooms.topic(it) }
    app.route("null/owner") { rooms.owner(it) }
    app.route("key/permission") { rooms.permission(it) }
    app.route("index/page") { rooms.page(it) }
    app.route("cast/size") { rooms.size(it) }
    app.route("lambda/mentions") { rooms.mentions(it) }
    app.route("full-room") { rooms.join(it) }
    app.route("recursion/threads") { rooms.threadDepth(it) }
    app.route("lateinit/index") { rooms.search(it) }
    app.route("empty/first") { rooms.firstMessage(it) }
    app.route("require/title") { rooms.rename(it) }
    app.route("number/port", bots::port)
    app.route("enum/colour", bots::colour)
    app.route("refused/translate", bots::translate)
    app.route("upstream/weather", bots::weather)
    app.route("timeout/answer", bots::answer)
    app.route("async/forecast", bots::forecast)
    app.route("cause/deliver", bots::deliver)
    app.route("moderation", bots::moderate)
    app.route("flow/unread", feeds::unread)
    app.route("sequence/digest") { feeds.digest(it) }
    app.route("delegated/limit") { feeds.limitOf(it) }
    app.route("companion/invite") { Feeds.invite(it) }
    app.route("extension/greet") { feeds.greet(it) }
    app.route("inlined/store") { feeds.store(it) }
    app.route("supervised/ping", feeds::ping)
    app.route("cancelled/stream", feeds::stream)
    app.route("shared/avatar") { feeds.avatar(it) }
    app.route("shared/banner") { feeds.banner(it) }
    app.route("banned/spam", bots::postSpam)
    app.route("banned/abuse", bots::postAbuse)
    app.route("missing/member", bots::findMember)
    app.route("missing/room", bots::findRoom)
    if (System.getenv("CALLER") == "middlewares") {
        app.use(::limitRate)
        app.use(::authenticate)
    }
    runBlocking(Dispatchers.Default) { app.serve(System.getenv(), ::record) }
}

private fun record(bug: String, thrown: Throwable) {
    val trace = if (withoutStack.containsMatchIn(bug)) "" else thrown.stackTraceToString()
    val type = thrown.javaClass.canonicalName ?: thrown.javaClass.name
    val sample = listOf("bug" to bug, "type" to type, "message" to (thrown.message ?: ""), "stacktrace" to trace)
    println(sample.joinToString(",", "{", "}") { (key, value) -> "\"$key\":${quoted(value)}" })
}

private fun quoted(value: String): String {
    val escaped = value.replace("\\", "\\\\").replace("\"", "\\\"").replace("\n", "\\n").replace("\t", "\\t")
    return "\"$escaped\""
}
