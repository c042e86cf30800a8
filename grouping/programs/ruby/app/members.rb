module Chat
  class Members
    def colour(request)
      rows = { request['EMAIL'] => 'red' }

      rows.fetch(request['CUSTOMER'])
    end

    def post_spam(request)
      raise ArgumentError, "member #{request['CUSTOMER']} (#{request['EMAIL']}) is banned for spam"
    end

    def post_abuse(request)
      raise ArgumentError, "member #{request['CUSTOMER']} (#{request['EMAIL']}) is banned for abuse"
    end

    def find_member(request)
      raise KeyError, "Couldn't find Member with 'id'=#{request['CUSTOMER']}"
    end

    def find_room(request)
      raise KeyError, "Couldn't find Room with 'id'=#{request['ORDER']}"
    end
  end
end
