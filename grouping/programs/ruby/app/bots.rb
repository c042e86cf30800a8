require 'json'
require 'net/http'
require 'uri'

module Chat
  class BotError < StandardError; end

  class Bots
    def webhook(request)
      found = JSON.parse("{#{request['BODY']}")

      found['event']
    end

    def settings(request)
      text = "theme: #{request['NAME']}"

      JSON.parse(text)['theme']
    end

    def translate(request)
      reply = get("http://#{request['HOST']}:#{request['PORT']}/translate/#{request['UUID']}")

      reply['text']
    end

    def weather(request)
      reply = get("http://#{request['HOST']}:#{request['UPSTREAM_PORT']}/503/weather/#{request['ORDER']}")

      reply['degrees']
    end

    def search(request)
      uri = URI("http://#{request['HOST']}:#{request['UPSTREAM_PORT']}/slow/#{request['SKU']}")

      reply = Net::HTTP.start(uri.host, uri.port, read_timeout: 0.1, max_retries: 0) { |http| http.get(uri.path) }
      JSON.parse(reply.body)
    end

    # One line that fails for several reasons.
    def moderate(request)
      entry = request['REASON']

      raise BotError, "message #{request['UUID']} not moderated: #{entry}"
    end

    private

    def get(url)
      reply = Net::HTTP.get_response(URI(url))

      raise BotError, "GET #{url} answered #{reply.code}" unless reply.is_a?(Net::HTTPSuccess)
      JSON.parse(reply.body)
    end
  end
end
