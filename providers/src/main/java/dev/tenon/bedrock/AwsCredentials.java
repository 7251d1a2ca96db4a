package dev.tenon.bedrock;

import java.util.Map;
import java.util.Objects;

/** What requests to Amazon are signed with. Immutable. Has no JSON form, so that a secret is not written by mistake. */
public final class AwsCredentials {
    private final String accessKeyId;
    private final String secretAccessKey;
    private final String sessionToken;

    private AwsCredentials(String accessKeyId, String secretAccessKey, String sessionToken) {
        this.accessKeyId = accessKeyId;
        this.secretAccessKey = secretAccessKey;
        this.sessionToken = sessionToken;
    }

    /** The keys of a user. */
    public static AwsCredentials of(String accessKeyId, String secretAccessKey) {
        return of(accessKeyId, secretAccessKey, "");
    }

    /**
     * The keys of a session, which expire.
     *
     * @param sessionToken empty for the keys of a user
     * @throws IllegalArgumentException where a key is empty
     */
    public static AwsCredentials of(String accessKeyId, String secretAccessKey, String sessionToken) {
        Objects.requireNonNull(sessionToken, "sessionToken");
        if (Objects.requireNonNull(accessKeyId, "accessKeyId").isBlank()) {
            throw new IllegalArgumentException("the access key id is empty");
        }
        if (Objects.requireNonNull(secretAccessKey, "secretAccessKey").isBlank()) {
            throw new IllegalArgumentException("the secret access key is empty");
        }
        return new AwsCredentials(accessKeyId.strip(), secretAccessKey.strip(), sessionToken.strip());
    }

    /**
     * Those of {@code AWS_ACCESS_KEY_ID}, {@code AWS_SECRET_ACCESS_KEY} and {@code AWS_SESSION_TOKEN}.
     *
     * @throws IllegalStateException where one of the first two is not set
     */
    public static AwsCredentials fromEnv(Map<String, String> env) {
        Objects.requireNonNull(env, "env");
        String id = env.getOrDefault("AWS_ACCESS_KEY_ID", "").strip();
        String secret = env.getOrDefault("AWS_SECRET_ACCESS_KEY", "").strip();
        if (id.isEmpty() || secret.isEmpty()) {
            throw new IllegalStateException((id.isEmpty() ? "AWS_ACCESS_KEY_ID" : "AWS_SECRET_ACCESS_KEY")
                    + " is not set: files and roles are not looked at; a library of Amazon's can, and give what it"
                    + " finds to credentials(…)");
        }
        return of(id, secret, env.getOrDefault("AWS_SESSION_TOKEN", ""));
    }

    /** Which keys these are. */
    public String accessKeyId() {
        return accessKeyId;
    }

    /** The secret. */
    public String secretAccessKey() {
        return secretAccessKey;
    }

    /** Of the keys of a session; empty for those of a user. */
    public String sessionToken() {
        return sessionToken;
    }

    /** Nothing of the keys. */
    @Override
    public String toString() {
        return "AwsCredentials[" + (sessionToken.isEmpty() ? "of a user" : "of a session") + "]";
    }
}
