package dev.tenon.conformance;

import dev.tenon.openai.Dialect;
import dev.tenon.openai.OpenAi;
import dev.tenon.provider.Provider;

/** Chat Completions, by what the user of a host knows: its address. */
record OpenAiChatFormat() implements ChatFormat {
    @Override
    public String api() {
        return "openai-chat";
    }

    @Override
    public Reading reading() {
        return Reading.JOINED;
    }

    @Override
    public Provider connect(Given exchange, String baseUrl) {
        return host(exchange, baseUrl).model(ChatFormat.model(exchange));
    }

    /** The host of an exchange in one of OpenAI's formats, at this address. */
    static OpenAi host(Given exchange, String baseUrl) {
        Dialect dialect = exchange.text("url").flatMap(Dialect::at).orElse(Dialect.COMPATIBLE);
        return OpenAi.connect(dialect)
                .baseUrl(baseUrl)
                .key("no-key-is-needed-here")
                .build();
    }
}
