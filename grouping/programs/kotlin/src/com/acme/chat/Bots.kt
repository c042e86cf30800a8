package com.acme.chat

import java.io.IOException
import java.net.HttpURLConnection
import java.net.URI
import kotlinx.coroutines.Dispatchers
import kotlinx.coroutines.async
import kotlinx.coroutines.coroutineScope
import kotlinx.coroutines.delay
import kotlinx.coroutines.withContext
import kotlinx.coroutines.withTimeout
import kotlinx.coroutines.yield
import org.tinyktor.Request

class DeliveryFailed(message: String, cause: Throwable) : Exception(message, cause)

enum class Colour { RED, GREEN }

class Bots {
    suspend fun port(request: Request): Int {
        val text = request.getValue("EMAIL")

        yield()
        return text.toInt()
    }

    suspend fun colour(request: Request): Colour {
        val text = request.getValue("SKU")

        yield()
        return Colour.valueOf(text)
    }

    private suspend fun get(url: String): String = withContext(Dispatchers.IO) {
        val client = URI(url).toURL().openConnection() as HttpURLConnection

        if (client.responseCode >= 400) throw IOException("GET " + url + " answered " + client.responseCode)
        client.inputStream.bufferedReader().readText()
    }

    suspend fun translate(request: Request): String {
        val reply = get("http://${request["HOST"]}:${request["PORT"]}/translate/${request["UUID"]}")

        return reply.uppercase()
    }

    suspend fun weather(request: Request): String {
        val reply = get("http://${request["HOST"]}:${request["UPSTREAM_PORT"]}/503/weather/${request["ORDER"]}")

        return reply.uppercase()
    }

    suspend fun answer(request: Request) {
        val price = 20L + request.getValue("COUNT").toLong()

        withTimeout(price) { delay(5_000) }
    }

    suspend fun forecast(request: Request): Int = coroutineScope {
        val rows = listOf(request["SKU"], request["UUID"]).map { async { degrees(it.orEmpty()) } }

        rows.sumOf { it.await() }
    }

    private suspend fun degrees(station: String): Int {
        delay(1)
        throw IllegalStateException("station " + station + " does not answer")
    }

    suspend fun deliver(request: Request) {
        try {
            send(request)
        } catch (failed: IllegalArgumentException) {
            throw DeliveryFailed("message ${request["UUID"]} for ${request["EMAIL"]} not delivered", failed)
        }
    }

    private suspend fun send(request: Request) {
        delay(1)
        throw IllegalArgumentException("no route to ${request["HOST"]}")
    }

    /** One line that fails for several reasons. */
    suspend fun moderate(request: Request) {
        val entry = request["REASON"]

        yield()
        throw UnsupportedOperationException("message " + request["UUID"] + " not moderated: " + entry)
    }

    suspend fun postSpam(request: Request): Unit = banned(request, "spam")

    suspend fun postAbuse(request: Request): Unit = banned(request, "abuse")

    private fun banned(request: Request, reason: String) {
        throw SecurityException("member ${request["CUSTOMER"]} (${request["EMAIL"]}) is banned for $reason")
    }

    suspend fun findMember(request: Request) {
        throw NoSuchElementException("member ${request["CUSTOMER"]} does not exist")
    }

    suspend fun findRoom(request: Request) {
        throw NoSuchElementException("room ${request["ORDER"]} does not exist")
    }
}
