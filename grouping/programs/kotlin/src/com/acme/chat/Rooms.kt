package com.acme.chat

import org.tinyktor.Request

class RoomFull(room: String, members: Int) : RuntimeException("room $room is full: $members members")

data class Room(val name: String?, val owner: Room?)

class Rooms {
    private val lobby = Room(null, null)
    private lateinit var index: Map<String, String>

    fun topic(request: Request): String {
        val found = lobby.takeIf { request["ORDER"] != "" }

        return found!!.name!!.uppercase()
    }

    fun owner(request: Request): String {
        val found = lobby.owner

        return nameOf(found!!) + request["NAME"]
    }

    private fun nameOf(room: Room): String = room.name.toString()

    fun permission(request: Request): Boolean {
        val entry = mapOf("read" to true, request.getValue("NAME") to false)

        return entry.getValue("moderate")
    }

    fun page(request: Request): String {
        val rows = listOf(request["UUID"], request["SKU"])

        return rows[request.getValue("COUNT").toInt()].orEmpty()
    }

    fun size(request: Request): Int {
        val entry = mapOf<String, Any>("size" to request.getValue("NAME"))

        return entry["size"] as Int
    }

    fun mentions(request: Request): List<Int> {
        val rows = listOf("@7", "@" + request["NAME"])

        return rows.sortedBy { it }.map { it.removePrefix("@").toInt() }
    }

    fun join(request: Request) {
        val rows = List(request.getValue("COUNT").toInt()) { it }

        if (rows.isNotEmpty()) throw RoomFull(request.getValue("UUID"), rows.size)
    }

    fun threadDepth(request: Request): Int = depthOf(mapOf("a" to "b", "b" to "a"), "a")

    private fun depthOf(tree: Map<String, String>, message: String): Int {
        val found = tree.getValue(message)

        return 1 + depthOf(tree, found)
    }

    fun search(request: Request): String? {
        val text = request.getValue("SKU")

        return index[text]
    }

    fun firstMessage(request: Request): String {
        val rows = listOf(request["NAME"].orEmpty())

        return rows.first { it.startsWith("/") }
    }

    fun rename(request: Request): String {
        val text = request.getValue("UUID")

        require(text.length < 20) { "title '" + text + "' is longer than 20" }
        return text
    }
}
