package dev.tenon.ollama;

import dev.tenon.message.Content;
import dev.tenon.message.UserMessage;
import dev.tenon.wire.Omissions;
import dev.tenon.wire.TextDocument;
import java.util.ArrayList;
import java.util.List;

/**
 * A user message as Ollama takes one: a text, and images beside it. Immutable.
 *
 * @param images in base64
 */
record UserParts(String text, List<String> images) {
    static UserParts of(UserMessage message, int index, Omissions omissions) {
        List<String> texts = new ArrayList<>();
        List<String> images = new ArrayList<>();
        for (int i = 0; i < message.content().size(); i++) {
            switch (message.content().get(i)) {
                case Content.Text text -> texts.add(text.text());
                case Content.Media media -> {
                    if (TextDocument.is(media)) {
                        texts.add(TextDocument.named(media));
                    } else if (media.kind() == Content.Media.Kind.IMAGE
                            && media.source() instanceof Content.Media.Inline bytes) {
                        images.add(bytes.base64());
                    } else {
                        throw new IllegalArgumentException("message " + index + ", part " + i + ": " + wrong(media));
                    }
                }
                case Content.Opaque opaque -> omissions.foreign("a part \"" + opaque.kind() + "\"");
            }
        }
        return new UserParts(String.join("\n\n", texts), images);
    }

    /** Why a medium cannot be sent. */
    static String wrong(Content.Media media) {
        return switch (media.kind()) {
            case IMAGE -> Ollama.HOST + " takes images only as bytes";
            case AUDIO -> Ollama.HOST + " takes no audio";
            case VIDEO -> Ollama.HOST + " takes no video";
            case DOCUMENT -> Ollama.HOST + " takes no documents but text";
        };
    }
}
