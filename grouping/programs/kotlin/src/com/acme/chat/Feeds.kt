package com.acme.chat

import kotlinx.coroutines.async
import kotlinx.coroutines.cancel
import kotlinx.coroutines.coroutineScope
import kotlinx.coroutines.delay
import kotlinx.coroutines.flow.flow
import kotlinx.coroutines.flow.map
import kotlinx.coroutines.flow.toList
import kotlinx.coroutines.supervisorScope
import org.tinyktor.Request

private fun String.shout(): String = substring(length - 500).uppercase()

private inline fun <T> audited(block: () -> T): T {
    try {
        return block()
    } finally {
        System.getenv("AUDIT")
    }
}

class Feeds {
    private val limit: Int by lazy { System.getenv("COUNT").toInt() / zero }

    private val zero = 0

    companion object {
        fun invite(request: Request): String {
            val found = listOf<String>().takeIf { it.size > 3 }

            return found!!.first() + request["UUID"]
        }
    }

    suspend fun unread(request: Request): Int {
        val rows = flow { emit(request["NAME"]); emit(request["UUID"]) }

        return rows.map { text -> text.orEmpty().toLong() }.toList().size
    }

    fun digest(request: Request): Int {
        val rows = sequence {
            yield(request["SKU"])
            yield(listOf<String>().first())
        }

        return rows.toList().size
    }

    fun limitOf(request: Request): String = "${request["ORDER"]}: $limit"

    fun greet(request: Request): String {
        val text = request.getValue("NAME")

        return text.shout()
    }

    fun store(request: Request): Int = audited {
        val entry = mapOf("room" to request["UUID"])

        entry.getValue("member").orEmpty().length
    }

    suspend fun ping(request: Request): Int = supervisorScope {
        val reply = async { pong(request.getValue("HOST")) }

        reply.await()
    }

    private suspend fun pong(host: String): Int {
        delay(1)
        throw IllegalStateException("no pong from $host")
    }

    suspend fun stream(request: Request) = coroutineScope {
        val reply = async { delay(5_000) }

        cancel("stream ${request["UUID"]} was closed")
        reply.await()
    }

    fun avatar(request: Request): String = picture("avatar", request).uppercase()

    fun banner(request: Request): String {
        val found = picture("banner", request)

        return found.lowercase()
    }

    private fun picture(kind: String, request: Request): String {
        val rows = mapOf("thumbnail" to request["UUID"])

        return requireNotNull(rows[kind]) { "member ${request["CUSTOMER"]} has no picture" }
    }
}
