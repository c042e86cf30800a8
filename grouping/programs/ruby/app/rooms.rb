module Chat
  class RoomFull < StandardError
    def initialize(room, members)
      super("room #{room} is full: #{members} members")
    end
  end

  Room = Struct.new(:name, :members)

  class Rooms
    ROOMS = { 'lobby' => Room.new('lobby'.freeze, nil) }.freeze

    def topic(request)
      found = ROOMS[request['UUID']]

      found.name.upcase
    end

    def owner(request)
      found = ROOMS[request['SKU']]

      "#{request['ORDER']} #{title_of(found)}"
    end

    def permission(request)
      entry = { 'read' => true, request['NAME'] => false }

      entry.fetch('moderate')
    end

    def page(request)
      rows = [request['UUID']]

      rows.fetch(request['COUNT'].to_i)
    end

    def rename(request)
      found = ROOMS['lobby']

      found.name << request['NAME']
    end

    def mentions(request)
      rows = [request['NAME'], request['EMAIL'], nil]

      rows.map { |row| row.delete_prefix('@') }
    end

    def thread_depth(_request)
      depth_of({ 'a' => 'b', 'b' => 'a' }, 'a')
    end

    def join(request)
      rows = (1..request['COUNT'].to_i).to_a

      raise RoomFull.new(request['UUID'], rows.size) if rows.any?
    end

    private

    def title_of(room)
      room.name
    end

    def depth_of(tree, message)
      found = tree[message]

      1 + depth_of(tree, found)
    end
  end
end
