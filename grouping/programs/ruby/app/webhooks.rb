module Chat
  Event = Struct.new(:kind, :room, keyword_init: true)

  class Webhooks
    SETTINGS = { 'retries' => 3 }.freeze

    %w[created deleted].each do |kind|
      define_method("room_#{kind}") do |request|
        entry = { kind: kind, room: request['UUID'] }

        entry[:members].size
      end
    end

    def secret(request)
      text = setting('secret', request)

      text.unpack1('H*')
    end

    def endpoint(request)
      text = setting('endpoint', request)

      text.sub('http:', 'https:')
    end

    def feed(request)
      rows = [request['ORDER'], request['NAME']].lazy.map { |row| Integer(row) }

      rows.first(2)
    end

    def event(request)
      Event.new(kind: 'joined', member: request['NAME'])
    end

    def deliver(request)
      entry = nil

      begin
        entry.post(request['BODY'])
      ensure
        SETTINGS['retries'] - 1
      end
    end

    def files(request)
      raise ArgumentError, "member #{request['CUSTOMER']} has #{request['COUNT']} files too many"
    end

    def invitations(request)
      raise ArgumentError, "member #{request['CUSTOMER']} has #{request['COUNT']} invitations too many"
    end

    private

    def setting(name, request)
      SETTINGS.fetch(name) { raise KeyError, "no setting for hook #{request['UUID']}" }
    end
  end
end
