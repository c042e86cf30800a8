module Chat
  class UploadFailed < StandardError; end

  class Attachments
    def upload(request)
      read_header(request['FILE'])
    rescue SystemCallError
      raise UploadFailed, "#{request['FILE']} of #{request['EMAIL']} was not uploaded"
    end

    def read_header(path)
      File.open(path, 'rb') { |file| file.read(16) }
    end

    def thumbnail(request)
      text = File.read("#{request['FILE']}.png")

      text.bytesize
    end

    def quota(request)
      rows = []

      request['COUNT'].to_i / rows.size
    end

    def size_limit(request)
      text = request['NAME']

      Integer(text) * 1024
    end

    def scan(request)
      rows = Thread.new { scan_chunk(request['UUID'], 3) }

      rows.join
    end

    def scan_chunk(name, number)
      raise TypeError, "chunk #{number} of #{name} has no type"
    end
  end
end
