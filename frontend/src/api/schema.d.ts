// Generated from openapi.json by `npm run gen-api`. Never edited.

export interface paths {
    "/api/admin/audit": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Read Audit
         * @description What was changed, what was refused, who signed in, who read evidence.
         */
        get: operations["read_audit_api_admin_audit_get"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/admin/codec/decode": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Decode
         * @description Open payloads; one that is not encrypted comes back as it is.
         */
        post: operations["decode_api_admin_codec_decode_post"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/admin/codec/encode": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Encode
         * @description Encrypt payloads as Kure does; they come back as they are where it does not.
         */
        post: operations["encode_api_admin_codec_encode_post"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/admin/excluded-namespaces": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List Excluded Namespaces
         * @description The namespaces of which nobody is told, newest first.
         */
        get: operations["list_excluded_namespaces_api_admin_excluded_namespaces_get"];
        put?: never;
        /**
         * Exclude Namespaces
         * @description Be told no more of what fails in these namespaces. The same pattern again changes its reason
         *     and its end. With `preview` nothing is changed.
         */
        post: operations["exclude_namespaces_api_admin_excluded_namespaces_post"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/admin/excluded-namespaces/{exclusion_id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        /**
         * Include Namespaces
         * @description Be told again: what fails there now comes back.
         */
        delete: operations["include_namespaces_api_admin_excluded_namespaces__exclusion_id__delete"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/admin/excluded-pods": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List Excluded Pods
         * @description The workloads, pods, labels and classes of failures of which nobody is told, newest first.
         */
        get: operations["list_excluded_pods_api_admin_excluded_pods_get"];
        put?: never;
        /**
         * Exclude Pods
         * @description Be told no more of what fails where all patterns match. The same patterns again change their
         *     reason and their end. With `preview` nothing is changed.
         */
        post: operations["exclude_pods_api_admin_excluded_pods_post"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/admin/excluded-pods/{exclusion_id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        /**
         * Include Pods
         * @description Be told again: what fails of it now comes back.
         */
        delete: operations["include_pods_api_admin_excluded_pods__exclusion_id__delete"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/admin/health": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Read Health
         * @description How the API, PostgreSQL, Temporal, the workers of each queue and the agents are, and which
         *     nodes nobody watches.
         */
        get: operations["read_health_api_admin_health_get"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/admin/invitations": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List Invitations
         * @description All invitations, used ones too, without their texts.
         */
        get: operations["list_invitations_api_admin_invitations_get"];
        put?: never;
        /**
         * Invite
         * @description Make an invitation. Its text is in this answer and nowhere else.
         */
        post: operations["invite_api_admin_invitations_post"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/admin/invitations/{invitation_id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        /**
         * Withdraw Invitation
         * @description Withdraw an invitation; an account that was made with it stays.
         */
        delete: operations["withdraw_invitation_api_admin_invitations__invitation_id__delete"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/admin/llm": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Read Models
         * @description The providers in their order with how they do, the budget and what is spent of it; of keys
         *     only how they end.
         */
        get: operations["read_models_api_admin_llm_get"];
        /**
         * Change Models
         * @description Set all providers, from the version that was read; running workers follow within seconds. A
         *     secret that is left out, or sent as it was shown, stays; where its address changes it has to be
         *     given again. The breaker of a changed provider is closed.
         */
        put: operations["change_models_api_admin_llm_put"];
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/admin/llm/preview/{incident_id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Preview Prompt
         * @description Exactly what the first call about an incident would send, redacted, and whom it would go
         *     to.
         */
        get: operations["preview_prompt_api_admin_llm_preview__incident_id__get"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/admin/llm/test": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Test Model
         * @description Ask a provider something small, from where all questions are asked, and say what came of it.
         *     It costs a little and counts.
         */
        post: operations["test_model_api_admin_llm_test_post"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/admin/notifications": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Read Notifications
         * @description The channels and whether messages get through; of secrets only whether they are there.
         */
        get: operations["read_notifications_api_admin_notifications_get"];
        /**
         * Change Notifications
         * @description Set all channels, from the version that was read. A secret that is left out, or sent as it
         *     was shown, stays; where its address changes it has to be given again.
         */
        put: operations["change_notifications_api_admin_notifications_put"];
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/admin/notifications/test": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Test Notifications
         * @description Send a test message, from where all others are sent, and say what the receiver answered.
         */
        post: operations["test_notifications_api_admin_notifications_test_post"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/admin/service-token/rotate": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Rotate Service Token
         * @description Make a token for the agents of a cluster. The one before stays good until the next is made,
         *     so that agents can be given the new one meanwhile. It is in this answer and nowhere else.
         */
        post: operations["rotate_service_token_api_admin_service_token_rotate_post"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/admin/settings/audit-retention": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** How long are kept: entries of the audit log */
        get: operations["read_audit_retention_api_admin_settings_audit_retention_get"];
        /** Choose how long are kept: entries of the audit log */
        put: operations["change_audit_retention_api_admin_settings_audit_retention_put"];
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/admin/settings/event-retention": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** How long are kept: events of the live stream */
        get: operations["read_event_retention_api_admin_settings_event_retention_get"];
        /** Choose how long are kept: events of the live stream */
        put: operations["change_event_retention_api_admin_settings_event_retention_put"];
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/admin/settings/evidence-retention": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** How long are kept: captured logs, events and manifests, but those that the newest diagnosis of an open incident cites */
        get: operations["read_evidence_retention_api_admin_settings_evidence_retention_get"];
        /** Choose how long are kept: captured logs, events and manifests, but those that the newest diagnosis of an open incident cites */
        put: operations["change_evidence_retention_api_admin_settings_evidence_retention_put"];
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/admin/settings/history-retention": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** How long are kept: resolved incidents with all that belongs to them */
        get: operations["read_history_retention_api_admin_settings_history_retention_get"];
        /** Choose how long are kept: resolved incidents with all that belongs to them */
        put: operations["change_history_retention_api_admin_settings_history_retention_put"];
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/admin/settings/ignored-retention": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** How long are kept: ignored incidents of which nothing fails */
        get: operations["read_ignored_retention_api_admin_settings_ignored_retention_get"];
        /** Choose how long are kept: ignored incidents of which nothing fails */
        put: operations["change_ignored_retention_api_admin_settings_ignored_retention_put"];
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/admin/settings/mirror-limits": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Read Mirror Limits
         * @description How many mirrors there may be at once.
         */
        get: operations["read_mirror_limits_api_admin_settings_mirror_limits_get"];
        /**
         * Change Mirror Limits
         * @description Choose how many mirrors there may be at once; those that live stay.
         */
        put: operations["change_mirror_limits_api_admin_settings_mirror_limits_put"];
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/admin/settings/mirror-ttl": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Read Mirror Ttl
         * @description How long a mirror lives where nobody says.
         */
        get: operations["read_mirror_ttl_api_admin_settings_mirror_ttl_get"];
        /**
         * Change Mirror Ttl
         * @description Choose how long a mirror lives where nobody says; those that live stay as they are.
         */
        put: operations["change_mirror_ttl_api_admin_settings_mirror_ttl_put"];
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/admin/settings/run-retention": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** How long are kept: runs that ended, with their steps; mirrors that are gone; what models were asked, but the newest of an open incident */
        get: operations["read_run_retention_api_admin_settings_run_retention_get"];
        /** Choose how long are kept: runs that ended, with their steps; mirrors that are gone; what models were asked, but the newest of an open incident */
        put: operations["change_run_retention_api_admin_settings_run_retention_put"];
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/admin/users": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List Users
         * @description All accounts.
         */
        get: operations["list_users_api_admin_users_get"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/admin/users/{user_id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        /**
         * Change User
         * @description Another role or other scopes; the account's sessions end.
         */
        put: operations["change_user_api_admin_users__user_id__put"];
        post?: never;
        /**
         * Remove User
         * @description Remove an account with its sessions and tokens.
         */
        delete: operations["remove_user_api_admin_users__user_id__delete"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/agent/config": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Agent Config
         * @description What an agent needs to know before it watches. With If-None-Match and `wait`, the answer
         *     comes when something has changed, or after so many seconds as 304.
         */
        get: operations["agent_config_api_agent_config_get"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/agent/evidence": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        /**
         * Store Evidence
         * @description What an agent captured of something that it reported.
         */
        put: operations["store_evidence_api_agent_evidence_put"];
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/agent/heartbeat": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Heartbeat
         * @description An agent lives, and how it is doing. That it leads, and what it says of nodes then, is
         *     believed from the holder of the Lease only, or from a token that is bound to no node.
         */
        post: operations["heartbeat_api_agent_heartbeat_post"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/agent/open": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Open Pods
         * @description What is held to be failing, for an agent after its restart: in all of the cluster, on one
         *     node, or (`rest`) on none. Without a scope: on `node`, or where the agent's token is from.
         */
        get: operations["open_pods_api_agent_open_get"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/auth/code": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Use Code
         * @description Begin a session with a one-time code that was made for an account, as `kure demo` makes.
         */
        post: operations["use_code_api_auth_code_post"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/auth/login": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Login
         * @description Begin a session with name and password.
         */
        post: operations["login_api_auth_login_post"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/auth/logout": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Logout
         * @description End this browser's session.
         */
        post: operations["logout_api_auth_logout_post"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/auth/me": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Me
         * @description Who is signed in, with the sessions of the account.
         */
        get: operations["me_api_auth_me_get"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/auth/oidc/callback": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Callback
         * @description Come back from the identity provider, and begin a session.
         */
        get: operations["callback_api_auth_oidc_callback_get"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/auth/oidc/start": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Start
         * @description Go to the identity provider. `next` is the page to come back to, one of ours.
         */
        get: operations["start_api_auth_oidc_start_get"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/auth/password": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Change Password
         * @description Another password; every other session of the account ends.
         */
        post: operations["change_password_api_auth_password_post"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/auth/sessions": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        /**
         * End Sessions
         * @description Sign out everywhere, here as well.
         */
        delete: operations["end_sessions_api_auth_sessions_delete"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/auth/sessions/{session_id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        /**
         * End Session
         * @description End one of one's own sessions; its streams end at once.
         */
        delete: operations["end_session_api_auth_sessions__session_id__delete"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/auth/signup": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Sign Up
         * @description Make an account and begin its first session.
         */
        post: operations["sign_up_api_auth_signup_post"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/auth/status": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Status
         * @description What the sign-in page needs to know.
         */
        get: operations["status_api_auth_status_get"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/auth/tokens": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List Tokens
         * @description One's own API tokens, without their texts.
         */
        get: operations["list_tokens_api_auth_tokens_get"];
        put?: never;
        /**
         * Make Token
         * @description Make an API token. Its text is in this answer and nowhere else.
         */
        post: operations["make_token_api_auth_tokens_post"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/auth/tokens/{token_id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        /**
         * End Token
         * @description End one of one's own tokens.
         */
        delete: operations["end_token_api_auth_tokens__token_id__delete"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/config": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Config
         * @description Versions, addresses, and who watches.
         */
        get: operations["config_api_config_get"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/events": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Events
         * @description Everything that changes, from now on or after event `since` (`Last-Event-ID` wins).
         *
         *     `hb {now, seq}` comes at once and then every 15 s; `resync {}` says to fetch everything again;
         *     `bye {reason}` that the session has ended.
         */
        get: operations["events_api_events_get"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/incidents": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List Incidents
         * @description What fails and what has failed, most urgent first.
         */
        get: operations["list_incidents_api_incidents_get"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/incidents/bulk": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Change Many
         * @description Do the same to up to 200 incidents. One that is refused holds up no other. Repeated with the
         *     same Idempotency-Key, each is done once.
         */
        post: operations["change_many_api_incidents_bulk_post"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/incidents/{id}/fix-loop": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Fix Loop
         * @description Test the fix of an incident, the rules' or else a model's, then the one that a failed mirror
         *     leads to: by the rules, or else by a model that is shown what the mirror showed. What comes back
         *     is the first mirror; each later round's is in the list of the incident's. Refused as a deploy
         *     is, and where there is no fix to begin with.
         */
        post: operations["fix_loop_api_incidents__id__fix_loop_post"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/incidents/{incident_id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Read Incident
         * @description All that its page needs but the evidence.
         */
        get: operations["read_incident_api_incidents__incident_id__get"];
        put?: never;
        post?: never;
        /**
         * Delete Incident
         * @description Delete a resolved or ignored incident with all that was captured of it. A new failure of its
         *     workload is a new incident.
         */
        delete: operations["delete_incident_api_incidents__incident_id__delete"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/incidents/{incident_id}/acknowledge": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Acknowledge
         * @description Tell the team that somebody is looking at it.
         */
        post: operations["acknowledge_api_incidents__incident_id__acknowledge_post"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/incidents/{incident_id}/evidence": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List Evidence
         * @description What was captured, newest first, without the texts.
         */
        get: operations["list_evidence_api_incidents__incident_id__evidence_get"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/incidents/{incident_id}/evidence/{evidence_id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Read Evidence
         * @description One captured thing with its text, redacted. It never changes, so its ETag is its id.
         */
        get: operations["read_evidence_api_incidents__incident_id__evidence__evidence_id__get"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/incidents/{incident_id}/feedback": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Give Feedback
         * @description Say whether what the rules, or a model, say of an incident is right. Once more takes the
         *     place of what the same person said before.
         */
        post: operations["give_feedback_api_incidents__incident_id__feedback_post"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/incidents/{incident_id}/fixes/{fix_id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Read Fix
         * @description What it changes, what of that was checked, and the command that would apply it.
         */
        get: operations["read_fix_api_incidents__incident_id__fixes__fix_id__get"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/incidents/{incident_id}/ignore": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Ignore
         * @description Out of the list: until a time, until it was reported so often again, or for ever.
         */
        post: operations["ignore_api_incidents__incident_id__ignore_post"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/incidents/{incident_id}/investigate": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Investigate
         * @description Ask a model, also where one was asked before: that may cost something. What is under way
         *     already goes on.
         */
        post: operations["investigate_api_incidents__incident_id__investigate_post"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/incidents/{incident_id}/resolve": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Resolve
         * @description Say that it is over; a new failure reopens it as regressed.
         */
        post: operations["resolve_api_incidents__incident_id__resolve_post"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/incidents/{incident_id}/restore": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Restore
         * @description Back into the list.
         */
        post: operations["restore_api_incidents__incident_id__restore_post"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/incidents/{incident_id}/retry": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Retry
         * @description Gather and diagnose again.
         */
        post: operations["retry_api_incidents__incident_id__retry_post"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/mirror": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List Mirrors
         * @description All mirrors, or those of an incident, newest first.
         */
        get: operations["list_mirrors_api_mirror_get"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/mirror/active": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List Active
         * @description Mirrors that are not gone, newest first.
         */
        get: operations["list_active_api_mirror_active_get"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/mirror/deploy/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Deploy
         * @description Test a fix on a mirror. 422 with every reason where the policy refuses it, 409 where the same
         *     fix is being tested or there are too many; then nothing was created.
         */
        post: operations["deploy_api_mirror_deploy__id__post"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/mirror/preview/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Preview
         * @description What a mirror would be, of an incident or of one failed pod: the fix, the copy, what the
         *     policy and the API server say. Creates nothing in the cluster; the fix is kept.
         */
        post: operations["preview_api_mirror_preview__id__post"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/mirror/status/{mirror_id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Read Mirror
         * @description How far it is, what it showed, and its steps.
         */
        get: operations["read_mirror_api_mirror_status__mirror_id__get"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/mirror/{mirror_id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        /**
         * End
         * @description Delete it now. Where it is gone there is nothing to do.
         */
        delete: operations["end_api_mirror__mirror_id__delete"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/mirror/{mirror_id}/extend": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Extend
         * @description Let it live longer: so many seconds from its creation on, at most an hour.
         */
        post: operations["extend_api_mirror__mirror_id__extend_post"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/pods/failed": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List Failed Pods
         * @description Pods that fail now.
         */
        get: operations["list_failed_pods_api_pods_failed_get"];
        put?: never;
        /**
         * Report Failed
         * @description A pod, or another object, fails. Opens its owner's incident, or adds to it; the same report
         *     again changes nothing. What is excluded is not kept, nor what a mirror of ours does: 200.
         */
        post: operations["report_failed_api_pods_failed_post"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/pods/gone": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Report Gone
         * @description What failed was deleted.
         */
        post: operations["report_gone_api_pods_gone_post"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/pods/healthy": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Report Healthy
         * @description What failed is well again.
         */
        post: operations["report_healthy_api_pods_healthy_post"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/pods/history": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List Resolved Pods
         * @description Pods that had failed, of incidents that are resolved.
         */
        get: operations["list_resolved_pods_api_pods_history_get"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/pods/ignored": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List Ignored Pods
         * @description Pods of incidents that are ignored.
         */
        get: operations["list_ignored_pods_api_pods_ignored_get"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/runs": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List Runs
         * @description What runs and what has run.
         */
        get: operations["list_runs_api_runs_get"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/runs/{run_id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Read Run
         * @description A run with its newest 200 steps, and those that Temporal is about to retry.
         */
        get: operations["read_run_api_runs__run_id__get"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/runs/{run_id}/cancel": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Cancel Run
         * @description Have a run end: it cleans up after itself, which its steps show.
         */
        post: operations["cancel_run_api_runs__run_id__cancel_post"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/search": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Find
         * @description Incidents by their workload or cause, mirrors by their pod, anything by its id.
         */
        get: operations["find_api_search_get"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/views": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List Views
         * @description One's own views, by name.
         */
        get: operations["list_views_api_views_get"];
        put?: never;
        /**
         * Save View
         * @description Save a view; one of the same name is replaced.
         */
        post: operations["save_view_api_views_post"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/views/{view_id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        /**
         * Delete View
         * @description Delete one of one's own views.
         */
        delete: operations["delete_view_api_views__view_id__delete"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/healthz": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Alive
         * @description This process answers; nothing else is asked.
         */
        get: operations["alive_healthz_get"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/readyz": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Ready
         * @description Whether this process can do its work now; each part it needs is named.
         */
        get: operations["ready_readyz_get"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
}
export type webhooks = Record<string, never>;
export interface components {
    schemas: {
        /**
         * Accepted
         * @description The answer to a report. `incident_id` is None where nothing was open for a pod that is
         *     healthy or gone, and where the report is `excluded`: nobody wants to be told of it.
         */
        Accepted: {
            /**
             * Duplicate
             * @default false
             */
            duplicate: boolean;
            /**
             * Excluded
             * @default false
             */
            excluded: boolean;
            /** Incident Id */
            incident_id: string | null;
        };
        /**
         * Action
         * @description What a person may do with an incident.
         * @enum {string}
         */
        Action: "acknowledge" | "ignore" | "restore" | "resolve" | "retry" | "investigate";
        /**
         * Agent
         * @description An agent as it last spoke. `node` is '' for one that watches every node; `leads` where it
         *     also watches what belongs to no node; `refused` says what it may not read.
         */
        Agent: {
            /** Cluster */
            cluster: string;
            /** Leads */
            leads: boolean;
            /** Live */
            live: boolean;
            /** Namespaces */
            namespaces: number;
            /** Node */
            node: string;
            /** Pods */
            pods: number;
            /** Problem */
            problem: string | null;
            /** Refused */
            refused: string[];
            /**
             * Seen At
             * Format: date-time
             */
            seen_at: string;
            /** Version */
            version: string;
        };
        /**
         * AgentConfig
         * @description GET /api/agent/config: what an agent needs to know. `redaction_key` is base64, of the agent's
         *     cluster alone; `graces` are seconds, by the names of kure.domain.failures.model.Graces;
         *     `exclusions` are those in force.
         */
        AgentConfig: {
            /** Cluster */
            cluster: string;
            /**
             * Exclusions
             * @default []
             */
            exclusions: components["schemas"]["InForce"][];
            /**
             * Graces
             * @default {}
             */
            graces: {
                [key: string]: number;
            };
            /** Redaction Key */
            redaction_key: string;
        };
        /**
         * Alternative
         * @description What it could have been, and why it is not.
         */
        Alternative: {
            /** Cause */
            cause: string;
            /** Why Not */
            why_not: string;
        };
        /**
         * ApiToken
         * @description A token of a person, without its text.
         */
        ApiToken: {
            /**
             * Created At
             * Format: date-time
             */
            created_at: string;
            /**
             * Expires At
             * Format: date-time
             */
            expires_at: string;
            /** Id */
            id: string;
            /** Name */
            name: string;
            role: components["schemas"]["Role"];
            /** Scopes */
            scopes: string[];
            /** Used At */
            used_at: string | null;
        };
        /**
         * AuditEntry
         * @description Something that was done or refused. `actor` is a name, or '' where nobody is known.
         */
        AuditEntry: {
            /** Action */
            action: string;
            /** Actor */
            actor: string;
            /**
             * At
             * Format: date-time
             */
            at: string;
            /** Detail */
            detail: {
                [key: string]: unknown;
            };
            /** Id */
            id: string;
            /** Outcome */
            outcome: string;
            /** Target */
            target: string;
        };
        /**
         * AuditPage
         * @description Entries, newest first; `next` continues the list.
         */
        AuditPage: {
            /** Items */
            items: components["schemas"]["AuditEntry"][];
            /** Next */
            next: string | null;
        };
        /**
         * AuthStatus
         * @description Whether the first account is still to be made, who is signed in, and what the identity
         *     provider is called, where there is one to sign in through.
         */
        AuthStatus: {
            /** Provider */
            provider: string | null;
            /** Setup Required */
            setup_required: boolean;
            /** Signed In */
            signed_in: boolean;
            user: components["schemas"]["User"] | null;
        };
        /**
         * BlamedView
         * @description Another workload that must be mended first, with its incident where it has one.
         */
        BlamedView: {
            /** Incident Id */
            incident_id?: string | null;
            /** Kind */
            kind: string;
            /** Name */
            name: string;
            /** Namespace */
            namespace: string;
        };
        /**
         * BreakerState
         * @description `closed`: it is asked. `open`: it is left alone until a time. `half_open`: one call tries
         *     whether it is back.
         * @enum {string}
         */
        BreakerState: "closed" | "open" | "half_open";
        /**
         * Budget
         * @description The most in one day, midnight to midnight UTC; None for no limit. What is over it is not
         *     asked, and said.
         */
        "Budget-Input": {
            /**
             * Calls
             * @default 500
             */
            calls: number | null;
            /**
             * Usd
             * @default 5
             */
            usd: number | string | null;
        };
        /**
         * Budget
         * @description The most in one day, midnight to midnight UTC; None for no limit. What is over it is not
         *     asked, and said.
         */
        "Budget-Output": {
            /**
             * Calls
             * @default 500
             */
            calls: number | null;
            /**
             * Usd
             * @default 5
             */
            usd: string | null;
        };
        /**
         * BulkAnswer
         * @description One outcome for each id, in the order in which they were given.
         */
        BulkAnswer: {
            /** Done */
            done: number;
            /** Items */
            items: components["schemas"]["BulkOutcome"][];
            /** Refused */
            refused: number;
        };
        /**
         * BulkBody
         * @description `action` on each of `ids`. What it needs beside (`until`, `count`, `reason`) is of all.
         *     Without a version: who has chosen many has seen each in its row.
         */
        BulkBody: {
            action: components["schemas"]["Action"];
            /** Count */
            count?: number | null;
            /** Ids */
            ids: string[];
            /**
             * Reason
             * @default
             */
            reason: string;
            /** Until */
            until?: string | "forever" | null;
            /** Version */
            version?: null;
        };
        /**
         * BulkOutcome
         * @description What came of one: `changed`, or why not.
         */
        BulkOutcome: {
            changed?: components["schemas"]["Changed"] | null;
            /**
             * Error
             * @default
             */
            error: string;
            /** Id */
            id: string;
        };
        /**
         * CallView
         * @description One call of an investigation.
         */
        CallView: {
            /**
             * Asked At
             * Format: date-time
             */
            asked_at: string;
            /** Attempt */
            attempt: number;
            /** Cached Tokens */
            cached_tokens: number | null;
            /** Error */
            error: string;
            /** Input Tokens */
            input_tokens: number | null;
            /** Latency Ms */
            latency_ms: number | null;
            /** Model */
            model: string;
            /** Output Tokens */
            output_tokens: number | null;
            /** Provider */
            provider: string;
            /**
             * State
             * @enum {string}
             */
            state: "asking" | "answered" | "failed" | "lost";
            /** Turn */
            turn: number;
            /** Usd */
            usd: string;
        };
        /**
         * CapturedEvidence
         * @description PUT /api/agent/evidence: what would soon be lost, captured by the agent when it saw the
         *     failure. All of it is redacted already.
         *
         *     `owners` are the owners that were read, nearest first; `node` is the pod's node without its
         *     images; `usage` is what metrics.k8s.io said of the pod at that moment.
         */
        CapturedEvidence: {
            /**
             * Events
             * @default []
             */
            events: {
                [key: string]: unknown;
            }[];
            /**
             * Kind
             * @default Pod
             */
            kind: string;
            /**
             * Logs
             * @default []
             */
            logs: components["schemas"]["CapturedLog"][];
            /** Name */
            name: string;
            /** Namespace */
            namespace: string;
            /** Node */
            node?: {
                [key: string]: unknown;
            } | null;
            /**
             * Owners
             * @default []
             */
            owners: {
                [key: string]: unknown;
            }[];
            /**
             * Since
             * Format: date-time
             */
            since: string;
            /** Uid */
            uid: string;
            /**
             * Unavailable
             * @default []
             */
            unavailable: string[];
            /** Usage */
            usage?: {
                [key: string]: unknown;
            } | null;
        };
        /**
         * CapturedLog
         * @description The last lines of one container. `stream` is `current` or `previous`; `text` is redacted
         *     already.
         */
        CapturedLog: {
            /** Container */
            container: string;
            /** Stream */
            stream: string;
            /** Text */
            text: string;
            /**
             * Truncated
             * @default false
             */
            truncated: boolean;
        };
        /**
         * CauseView
         * @description A cause as it is shown: see `kure.domain.diagnosis.model.Cause`.
         */
        CauseView: {
            blames: components["schemas"]["BlamedView"] | null;
            /** Commands */
            commands: string[];
            confidence: components["schemas"]["Confidence"];
            /** Container */
            container: string;
            /** Evidence */
            evidence: components["schemas"]["EvidenceLine"][];
            /** Explanation */
            explanation: string;
            /** Failure Class */
            failure_class: string;
            /** Fix */
            fix: string;
            patch: components["schemas"]["PatchView"] | null;
            /** Rule */
            rule: string;
            /** Title */
            title: string;
        };
        /**
         * ChangeBody
         * @description `version`, where given, is the one that the caller saw; a newer one answers 409.
         */
        ChangeBody: {
            /**
             * Reason
             * @default
             */
            reason: string;
            /** Version */
            version?: number | null;
        };
        /**
         * Changed
         * @description What an action led to.
         */
        Changed: {
            /** Id */
            id: string;
            status: components["schemas"]["Status"];
            /** Version */
            version: number;
        };
        /**
         * ChannelBody
         * @description A channel as it is set. `address` is a webhook's, one as apprise writes it, or another one
         *     than the service's own; `token` is Slack's bot token, PagerDuty's routing key, Opsgenie's API
         *     key, or the secret that a webhook is signed with. Left out, or as they were shown, both stay
         *     what they were.
         */
        ChannelBody: {
            /** Address */
            address?: string | null;
            /**
             * Clusters
             * @default [
             *       "*"
             *     ]
             */
            clusters: string[];
            /**
             * Enabled
             * @default true
             */
            enabled: boolean;
            /** Id */
            id: string;
            /**
             * Inside
             * @default false
             */
            inside: boolean;
            /**
             * Kind
             * @enum {string}
             */
            kind: "slack" | "teams" | "pagerduty" | "opsgenie" | "webhook" | "apprise";
            /**
             * Namespaces
             * @default [
             *       "*"
             *     ]
             */
            namespaces: string[];
            quiet?: components["schemas"]["Quiet-Input"] | null;
            /**
             * Resolved
             * @default true
             */
            resolved: boolean;
            /**
             * Room
             * @default
             */
            room: string;
            /** @default low */
            severity: components["schemas"]["Severity"];
            /** Token */
            token?: string | null;
        };
        /**
         * ChannelHealth
         * @description Whether messages get through: `failing_since` is None where the last one did. `sent` and
         *     `failed` count tries since the channel was made.
         */
        ChannelHealth: {
            /**
             * Error
             * @default
             */
            error: string;
            /**
             * Failed
             * @default 0
             */
            failed: number;
            /** Failing Since */
            failing_since?: string | null;
            /** Last Sent At */
            last_sent_at?: string | null;
            /**
             * Sent
             * @default 0
             */
            sent: number;
        };
        /**
         * ChannelView
         * @description A channel as it is read: of the secrets only whether they are there, and an address' host.
         */
        ChannelView: {
            /** Address */
            address: string;
            /**
             * Clusters
             * @default [
             *       "*"
             *     ]
             */
            clusters: string[];
            /**
             * Enabled
             * @default true
             */
            enabled: boolean;
            health: components["schemas"]["ChannelHealth"];
            /** Id */
            id: string;
            /**
             * Inside
             * @default false
             */
            inside: boolean;
            /**
             * Kind
             * @enum {string}
             */
            kind: "slack" | "teams" | "pagerduty" | "opsgenie" | "webhook" | "apprise";
            /**
             * Namespaces
             * @default [
             *       "*"
             *     ]
             */
            namespaces: string[];
            quiet?: components["schemas"]["Quiet-Output"] | null;
            /**
             * Resolved
             * @default true
             */
            resolved: boolean;
            /**
             * Room
             * @default
             */
            room: string;
            /** @default low */
            severity: components["schemas"]["Severity"];
            /** Token */
            token: string;
        };
        /** CodeBody */
        CodeBody: {
            /** Code */
            code: string;
        };
        /**
         * Confidence
         * @description How far the evidence carries. `symptom`: it is known what fails, not why.
         * @enum {string}
         */
        Confidence: "definitive" | "likely" | "symptom";
        /**
         * Config
         * @description What the dashboard needs to start. `time` is the server's clock; `models`: whether any model
         *     may be asked.
         */
        Config: {
            /** Cluster */
            cluster: string;
            /** Models */
            models: boolean;
            /** Pending Grace Seconds */
            pending_grace_seconds: number;
            /** Temporal Ui Url */
            temporal_ui_url: string | null;
            /**
             * Time
             * Format: date-time
             */
            time: string;
            /** Version */
            version: string;
            watching: components["schemas"]["Watching"];
        };
        /** DeadManBody */
        DeadManBody: {
            /** Address */
            address?: string | null;
            /**
             * Every Seconds
             * @default 300
             */
            every_seconds: number;
            /**
             * Inside
             * @default false
             */
            inside: boolean;
        };
        /** DeadManView */
        DeadManView: {
            /** Address */
            address: string;
            /**
             * Every Seconds
             * @default 300
             */
            every_seconds: number;
            health: components["schemas"]["ChannelHealth"];
            /**
             * Inside
             * @default false
             */
            inside: boolean;
        };
        /**
         * DeployBody
         * @description What to test: a stored fix or an edited manifest, one of them. `rounds`: how often the fix
         *     that a failed mirror leads to is tested in turn. `confirmed`: what the plan asks to be confirmed
         *     is.
         */
        DeployBody: {
            /**
             * Confirmed
             * @default false
             */
            confirmed: boolean;
            /**
             * Empty Volumes
             * @default true
             */
            empty_volumes: boolean;
            /** Fix Id */
            fix_id?: string | null;
            /** Manifest */
            manifest?: string | null;
            /**
             * No Network
             * @default false
             */
            no_network: boolean;
            /**
             * Rounds
             * @default 1
             */
            rounds: number;
            /** Ttl Seconds */
            ttl_seconds?: number | null;
        };
        /**
         * DiagnosisView
         * @description The newest diagnosis. `number` is the report up to which it knows; causes are ordered, first
         *     to fix first.
         */
        DiagnosisView: {
            /** Causes */
            causes: components["schemas"]["CauseView"][];
            /**
             * Created At
             * Format: date-time
             */
            created_at: string;
            /** Evidence Ids */
            evidence_ids: string[];
            /** Id */
            id: string;
            /** Number */
            number: number;
            /**
             * Source
             * @constant
             */
            source: "rules";
            /** Unavailable */
            unavailable: string[];
        };
        /**
         * EvidenceItem
         * @description GET /api/incidents/{id}/evidence/{evidence_id}: with the redacted text.
         */
        EvidenceItem: {
            /** Bytes */
            bytes: number;
            /**
             * Captured At
             * Format: date-time
             */
            captured_at: string;
            /**
             * Captured By
             * @enum {string}
             */
            captured_by: "agent" | "worker";
            /**
             * Container
             * @default
             */
            container: string;
            /** Id */
            id: string;
            kind: components["schemas"]["EvidenceKind"];
            /**
             * Stream
             * @default
             */
            stream: string;
            /** Subject */
            subject: string;
            /** Text */
            text: string;
            /** Truncated */
            truncated: boolean;
        };
        /**
         * EvidenceKind
         * @description `read` is what was read at a model's wish, as far as it was shown to it.
         * @enum {string}
         */
        EvidenceKind: "log" | "events" | "manifest" | "owner" | "node" | "usage" | "read";
        /**
         * EvidenceLine
         * @description One line that supports a cause.
         *
         *     `source` says where it was read: `pod`, `event`, `log`, `owner`, `node`, or `object` for an
         *     object of another kind. `subject` is the object (`Pod/web-7f`), for logs with container and
         *     stream (`Pod/web-7f/app/previous`); `field` is a path in the object, a log line's number counted
         *     from 1 or an event's reason; `text` is the line itself.
         */
        EvidenceLine: {
            /** Field */
            field: string;
            /** Source */
            source: string;
            /** Subject */
            subject: string;
            /** Text */
            text: string;
        };
        /** EvidenceList */
        EvidenceList: {
            /** Items */
            items: components["schemas"]["EvidenceRow"][];
        };
        /**
         * EvidenceRow
         * @description One captured thing, without its text. `captured_by` is agent or worker.
         */
        EvidenceRow: {
            /** Bytes */
            bytes: number;
            /**
             * Captured At
             * Format: date-time
             */
            captured_at: string;
            /**
             * Captured By
             * @enum {string}
             */
            captured_by: "agent" | "worker";
            /**
             * Container
             * @default
             */
            container: string;
            /** Id */
            id: string;
            kind: components["schemas"]["EvidenceKind"];
            /**
             * Stream
             * @default
             */
            stream: string;
            /** Subject */
            subject: string;
            /** Truncated */
            truncated: boolean;
        };
        /** EvidenceStored */
        EvidenceStored: {
            /** Evidence Ids */
            evidence_ids: string[];
        };
        /**
         * ExtendBody
         * @description How long it is to live, counted from its creation.
         */
        ExtendBody: {
            /** Ttl Seconds */
            ttl_seconds: number;
        };
        /**
         * Extended
         * @description When the mirror will be deleted.
         */
        Extended: {
            /**
             * Expires At
             * Format: date-time
             */
            expires_at: string;
        };
        /**
         * FailedPod
         * @description A pod that fails or has failed. `id` is its own; `incident_id` that of its workload. `status`
         *     is in the words of Kure Monitor; `reason` and `message` are the pod's newest failure; `solution`
         *     is what its incident's newest diagnosis says first, '' before there is one.
         */
        FailedPod: {
            /** Cluster */
            cluster: string;
            /**
             * First Seen
             * Format: date-time
             */
            first_seen: string;
            /** Id */
            id: string;
            /** Incident Id */
            incident_id: string;
            /** Kind */
            kind: string;
            /** Message */
            message: string;
            /** Name */
            name: string;
            /** Namespace */
            namespace: string;
            /** Node Name */
            node_name: string;
            /** Reason */
            reason: string;
            /** Resolved At */
            resolved_at: string | null;
            /** Solution */
            solution: string;
            /**
             * Status
             * @enum {string}
             */
            status: "new" | "investigating" | "resolved" | "ignored";
            /**
             * Timestamp
             * Format: date-time
             */
            timestamp: string;
            /** Uid */
            uid: string;
        };
        /**
         * FailedReport
         * @description POST /api/pods/failed. All that is not given is derived from `manifest`, or left out.
         *
         *     `kind` is Pod, or that of another object that fails: a Job, a Node, a Service. `node` is the
         *     node that the pod was given to, '' for what belongs to no node.
         */
        FailedReport: {
            /** Cluster */
            cluster?: string | null;
            /**
             * Container Statuses
             * @default []
             */
            container_statuses: {
                [key: string]: unknown;
            }[];
            /**
             * Events
             * @default []
             */
            events: {
                [key: string]: unknown;
            }[];
            /**
             * Failures
             * @default []
             */
            failures: components["schemas"]["ReportedFailure"][];
            /**
             * Kind
             * @default Pod
             */
            kind: string;
            /** Logs */
            logs?: string | null;
            /** Manifest */
            manifest?: {
                [key: string]: unknown;
            } | string | null;
            /** Message */
            message?: string | null;
            /** Name */
            name: string;
            /** Namespace */
            namespace: string;
            /**
             * Node
             * @default
             */
            node: string;
            owner?: components["schemas"]["Owner"] | null;
            /**
             * Reason
             * @default
             */
            reason: string;
            /**
             * Uid
             * @default
             */
            uid: string;
        };
        /**
         * FailureClass
         * @description What fails, in Kubernetes' own words where it has some. Listed in the order in which it must
         *     be fixed: what keeps pods from being made, placed and started stands before what they do.
         * @enum {string}
         */
        FailureClass: "NodeNotReady" | "NodePressure" | "FailedCreate" | "ClaimLost" | "ClaimPending" | "Unschedulable" | "RejectedByNode" | "Evicted" | "StuckTerminating" | "FailedCreatePodSandBox" | "FailedMount" | "ContainerCreating" | "ImagePullBackOff" | "CreateContainerConfigError" | "CreateContainerError" | "RunContainerError" | "PodInitializing" | "OOMKilled" | "CrashLoopBackOff" | "DeadlineExceeded" | "Failed" | "NotReady" | "JobFailed" | "JobAlreadyActive" | "MissSchedule" | "ProgressDeadlineExceeded" | "NoEndpoints" | "IngressBackendNotFound" | "NotAccepted" | "ScalingInactive";
        /**
         * FeedbackBody
         * @description POST /api/incidents/{id}/feedback: whether what was said of it is right.
         */
        FeedbackBody: {
            /**
             * About
             * @enum {string}
             */
            about: "rules" | "model";
            /** Right */
            right: boolean;
            /**
             * Text
             * @default
             */
            text: string;
        };
        /**
         * FixDetail
         * @description GET /api/incidents/{id}/fixes/{fix_id}: a fix with what to apply, for who wants to; None for
         *     a manifest that somebody edited. `manifest` is the workload as it would be, `diff` from what was
         *     captured of it last, both YAML, redacted; '' where that is not there any more, or does not fit.
         */
        FixDetail: {
            /**
             * Created At
             * Format: date-time
             */
            created_at: string;
            /**
             * Diff
             * @default
             */
            diff: string;
            /** Id */
            id: string;
            /**
             * Manifest
             * @default
             */
            manifest: string;
            /** Operations */
            operations: components["schemas"]["Operation"][];
            patch: components["schemas"]["PatchView"] | null;
            proof?: components["schemas"]["MirrorRow"] | null;
            /**
             * Source
             * @enum {string}
             */
            source: "rules" | "edited" | "model";
            /** Title */
            title: string;
        };
        /**
         * FixLoopBody
         * @description How to test. `fix_id`: the stored fix to begin with, where it is not the rules' first one.
         *     `confirmed`: what the plan asks to be confirmed is.
         */
        FixLoopBody: {
            /**
             * Confirmed
             * @default false
             */
            confirmed: boolean;
            /**
             * Empty Volumes
             * @default true
             */
            empty_volumes: boolean;
            /** Fix Id */
            fix_id?: string | null;
            /**
             * No Network
             * @default false
             */
            no_network: boolean;
            /** Ttl Seconds */
            ttl_seconds?: number | null;
        };
        /**
         * FixView
         * @description A proposed fix as people see it: see `kure.contracts.incidents.CauseView` for its patch.
         *     `proof` is the best mirror that tested it.
         */
        FixView: {
            /**
             * Created At
             * Format: date-time
             */
            created_at: string;
            /** Id */
            id: string;
            /** Operations */
            operations: components["schemas"]["Operation"][];
            proof?: components["schemas"]["MirrorRow"] | null;
            /**
             * Source
             * @enum {string}
             */
            source: "rules" | "edited" | "model";
            /** Title */
            title: string;
        };
        /**
         * Grant
         * @description What an account may; `version` is the one that the caller saw.
         */
        Grant: {
            role: components["schemas"]["Role"];
            /** Scopes */
            scopes: string[];
            /** Version */
            version: number;
        };
        /** HTTPValidationError */
        HTTPValidationError: {
            /** Detail */
            detail?: components["schemas"]["ValidationError"][];
        };
        /**
         * Health
         * @description All parts; `state` is that of the worst of them.
         */
        Health: {
            /**
             * As Of
             * Format: date-time
             */
            as_of: string;
            /** Parts */
            parts: components["schemas"]["PartHealth"][];
            /**
             * State
             * @enum {string}
             */
            state: "ok" | "degraded" | "down";
            /** Unwatched Nodes */
            unwatched_nodes: components["schemas"]["api__routers__health__UnwatchedNode"][];
        };
        /**
         * Heartbeat
         * @description POST /api/agent/heartbeat.
         *
         *     `excluded` are the ids of exclusions by which something was kept away since the last one.
         *     `node` is '' for an agent that watches every node (scope `all`). `leads` where it also watches
         *     what belongs to no node; only then `nodes` names every node of the cluster. `watch_lag_seconds`
         *     is how long ago the stalest of its watches last heard from the API server; `spool_bytes` what
         *     waits on its disk; `refused` says which lists it may not read, in plain words.
         */
        Heartbeat: {
            /**
             * Excluded
             * @default []
             */
            excluded: string[];
            /**
             * Leads
             * @default false
             */
            leads: boolean;
            /**
             * Namespaces
             * @default 0
             */
            namespaces: number;
            /**
             * Node
             * @default
             */
            node: string;
            /** Nodes */
            nodes?: string[] | null;
            /**
             * Pods
             * @default 0
             */
            pods: number;
            /** Problem */
            problem?: string | null;
            /**
             * Queued
             * @default 0
             */
            queued: number;
            /**
             * Refused
             * @default []
             */
            refused: string[];
            /**
             * Spool Bytes
             * @default 0
             */
            spool_bytes: number;
            /** Version */
            version: string;
            /**
             * Watch Lag Seconds
             * @default 0
             */
            watch_lag_seconds: number;
        };
        /**
         * Hit
         * @description Something that was found: `kind` and `id` say which page shows it. `title` is its name,
         *     `text` what there is to say of it in a line.
         */
        Hit: {
            /** Id */
            id: string;
            /**
             * Kind
             * @enum {string}
             */
            kind: "incident" | "mirror" | "run";
            /** State */
            state: string;
            /** Text */
            text: string;
            /** Title */
            title: string;
        };
        /**
         * Hits
         * @description What was found, what is most urgent first.
         */
        Hits: {
            /** Items */
            items: components["schemas"]["Hit"][];
        };
        /**
         * IgnoreBody
         * @description Until a moment, until it was reported `count` times more, or for ever: one of them.
         */
        IgnoreBody: {
            /** Count */
            count?: number | null;
            /**
             * Reason
             * @default
             */
            reason: string;
            /** Until */
            until?: string | "forever" | null;
            /** Version */
            version?: number | null;
        };
        /**
         * InForce
         * @description An exclusion as an agent gets it.
         */
        InForce: {
            /** Expires At */
            expires_at?: string | null;
            /**
             * Failure Class
             * @default *
             */
            failure_class: string;
            /** Id */
            id: string;
            /**
             * Label
             * @default *
             */
            label: string;
            /**
             * Namespace
             * @default *
             */
            namespace: string;
            /**
             * Pod
             * @default *
             */
            pod: string;
            /**
             * Workload
             * @default *
             */
            workload: string;
        };
        /**
         * IncidentDetail
         * @description GET /api/incidents/{id}: all that the page needs but the evidence, in one call. `fixes` and
         *     `mirrors` are the newest ten of each; `investigation` is the newest one of a model.
         */
        IncidentDetail: {
            /** Acknowledged By */
            acknowledged_by?: string | null;
            /** As Of Seq */
            as_of_seq: number;
            /** Classes */
            classes: string[];
            /** Cluster */
            cluster: string;
            /** Diagnosing */
            diagnosing: boolean;
            diagnosis: components["schemas"]["DiagnosisView"] | null;
            /**
             * First Seen
             * Format: date-time
             */
            first_seen: string;
            /**
             * Fixes
             * @default []
             */
            fixes: components["schemas"]["FixView"][];
            /** Folded Into */
            folded_into?: string | null;
            /**
             * Folds
             * @default 0
             */
            folds: number;
            /** Id */
            id: string;
            /** Ignored Until */
            ignored_until?: string | "forever" | null;
            investigation?: components["schemas"]["InvestigationView"] | null;
            /** Kind */
            kind: string;
            /**
             * Last Seen
             * Format: date-time
             */
            last_seen: string;
            /** Merged Into */
            merged_into?: string | null;
            /**
             * Mirrors
             * @default []
             */
            mirrors: components["schemas"]["MirrorRow"][];
            /** Name */
            name: string;
            /** Namespace */
            namespace: string;
            /** Pods */
            pods: components["schemas"]["PodRow"][];
            /** Pods Failing */
            pods_failing: number;
            /** Pods Seen */
            pods_seen: number;
            /** Regressions */
            regressions: number;
            resolution?: components["schemas"]["Resolution"] | null;
            /** Resolved At */
            resolved_at?: string | null;
            run: components["schemas"]["Run"] | null;
            severity: components["schemas"]["Severity"];
            status: components["schemas"]["Status"];
            /** Summary */
            summary: string;
            /** Timeline */
            timeline: components["schemas"]["TimelineEntry"][];
            /** Version */
            version: number;
        };
        /**
         * IncidentPage
         * @description A page of the list. `counts` are of the filter without its status; `total` with it.
         */
        IncidentPage: {
            /** As Of Seq */
            as_of_seq: number;
            /** Counts */
            counts: {
                [key: string]: number;
            };
            /** Items */
            items: components["schemas"]["IncidentRow"][];
            /** Next */
            next: string | null;
            /** Total */
            total: number;
        };
        /**
         * IncidentRow
         * @description One line of the list: at most 600 bytes, no manifests, no logs. `merged_into` is the incident
         *     that this one is part of, where its workload turned out to belong to another: only a merged one
         *     has it, and no list but one of status `merged` shows it. `folded_into` is the open incident of
         *     the node that is the reason of this one; `folds` is how many a node's incident explains.
         */
        IncidentRow: {
            /** Acknowledged By */
            acknowledged_by?: string | null;
            /** Classes */
            classes: string[];
            /** Cluster */
            cluster: string;
            /** Diagnosing */
            diagnosing: boolean;
            /**
             * First Seen
             * Format: date-time
             */
            first_seen: string;
            /** Folded Into */
            folded_into?: string | null;
            /**
             * Folds
             * @default 0
             */
            folds: number;
            /** Id */
            id: string;
            /** Ignored Until */
            ignored_until?: string | "forever" | null;
            /** Kind */
            kind: string;
            /**
             * Last Seen
             * Format: date-time
             */
            last_seen: string;
            /** Merged Into */
            merged_into?: string | null;
            /** Name */
            name: string;
            /** Namespace */
            namespace: string;
            /** Pods Failing */
            pods_failing: number;
            /** Pods Seen */
            pods_seen: number;
            /** Regressions */
            regressions: number;
            resolution?: components["schemas"]["Resolution"] | null;
            /** Resolved At */
            resolved_at?: string | null;
            severity: components["schemas"]["Severity"];
            status: components["schemas"]["Status"];
            /** Summary */
            summary: string;
            /** Version */
            version: number;
        };
        /**
         * InvestigationView
         * @description The newest investigation of an incident. `text` says why there is no answer, or none yet, or
         *     why its fix was not taken; `fix_id` is the fix that was. `number` is the report up to which it
         *     knows; `next_try_at` is when the providers are asked again. `answered_before`: the answer is an
         *     earlier one, of the same evidence. `right` is what people said of it.
         */
        InvestigationView: {
            answer: components["schemas"]["ModelAnswer"] | null;
            /** Answered Before */
            answered_before: boolean;
            /** Asked By */
            asked_by: string | null;
            /** Calls */
            calls: components["schemas"]["CallView"][];
            /**
             * Created At
             * Format: date-time
             */
            created_at: string;
            /** Ended At */
            ended_at: string | null;
            /** Fix Checked */
            fix_checked: string;
            /** Fix Id */
            fix_id: string | null;
            /** Id */
            id: string;
            /** Model */
            model: string;
            /** Next Try At */
            next_try_at?: string | null;
            /** Number */
            number: number;
            /** Provider */
            provider: string;
            /** Right */
            right?: boolean | null;
            run: components["schemas"]["Run"] | null;
            /**
             * State
             * @enum {string}
             */
            state: "asking" | "answered" | "unanswered";
            /** Text */
            text: string;
            /** Turns */
            turns: number;
            /** Usd */
            usd: string;
        };
        /**
         * Invitation
         * @description An invitation, without its text. Without `expires_at` it stays open until it is used.
         */
        Invitation: {
            /**
             * Created At
             * Format: date-time
             */
            created_at: string;
            /** Created By */
            created_by: string;
            /** Expires At */
            expires_at: string | null;
            /** Id */
            id: string;
            /** Note */
            note: string;
            role: components["schemas"]["Role"];
            /** Scopes */
            scopes: string[];
            /** Used At */
            used_at: string | null;
            /** Used By */
            used_by: string | null;
        };
        /**
         * InvitationBody
         * @description Whom an invitation is for, in words, and what they may. Without `expires_at` it stays open
         *     until it is used or withdrawn.
         */
        InvitationBody: {
            /** Expires At */
            expires_at?: string | null;
            /**
             * Note
             * @default
             */
            note: string;
            /** @default read */
            role: components["schemas"]["Role"];
            /**
             * Scopes
             * @default [
             *       "*\/*"
             *     ]
             */
            scopes: string[];
        };
        /** InvitationList */
        InvitationList: {
            /** Items */
            items: components["schemas"]["Invitation"][];
        };
        /**
         * KindDefaults
         * @description What to propose for a kind: `models`, the first by default; its address; whether it wants a
         *     key.
         */
        KindDefaults: {
            /** Base Url */
            base_url: string | null;
            kind: components["schemas"]["ProviderKind"];
            /** Models */
            models: components["schemas"]["ModelDefault"][];
            /** Needs Key */
            needs_key: boolean;
            /**
             * Place
             * @enum {string}
             */
            place: "inside" | "outside";
            /** Title */
            title: string;
        };
        /**
         * MadeInvitation
         * @description The only time that the invitation's text is shown; `url`, where the public address is known,
         *     is what to send.
         */
        MadeInvitation: {
            about: components["schemas"]["Invitation"];
            /** Token */
            token: string;
            /** Url */
            url: string | null;
        };
        /**
         * MadeServiceToken
         * @description The only time that the token is shown.
         */
        MadeServiceToken: {
            /** Cluster */
            cluster: string;
            /** Token */
            token: string;
        };
        /**
         * MadeToken
         * @description The only time that the token's text is shown.
         */
        MadeToken: {
            about: components["schemas"]["ApiToken"];
            /** Token */
            token: string;
        };
        /**
         * Me
         * @description Who is signed in and where else.
         */
        Me: {
            /** Sessions */
            sessions: components["schemas"]["Session"][];
            user: components["schemas"]["User"];
        };
        /**
         * MirrorDetail
         * @description GET /api/mirror/status/{mirror_id}: with what the plan said, and its run's steps. `now` is
         *     the server's clock, for countdowns.
         */
        MirrorDetail: {
            /** Cluster */
            cluster: string;
            /** Created At */
            created_at: string | null;
            /** Evidence Ids */
            evidence_ids: string[];
            /** Expires At */
            expires_at: string | null;
            /** Fix Id */
            fix_id: string;
            /** Gone At */
            gone_at: string | null;
            /** Held Seconds */
            held_seconds: number;
            /** Id */
            id: string;
            /** Incident Id */
            incident_id: string;
            /** Namespace */
            namespace: string;
            /** Needs Seconds */
            needs_seconds: number;
            /**
             * Now
             * Format: date-time
             */
            now: string;
            phase: components["schemas"]["Phase"];
            plan: components["schemas"]["MirrorPlan"] | null;
            /** Pod */
            pod: string;
            /**
             * Requested At
             * Format: date-time
             */
            requested_at: string;
            /** Requested By */
            requested_by: string;
            /** Round */
            round: number;
            /** Rounds */
            rounds: number;
            run: components["schemas"]["Run"] | null;
            /** Text */
            text: string;
            /** Title */
            title: string;
            verdict: components["schemas"]["Verdict"] | null;
            /** Version */
            version: number;
            /** Workload Kind */
            workload_kind: string;
            /** Workload Name */
            workload_name: string;
        };
        /**
         * MirrorLimitsChange
         * @description `version` is the one that the caller saw; 0 where nobody has changed it yet.
         */
        MirrorLimitsChange: {
            /** Per Cluster */
            per_cluster: number;
            /** Per Namespace */
            per_namespace: number;
            /** Version */
            version: number;
        };
        /**
         * MirrorLimitsSetting
         * @description `mirror-limits` as people see it.
         */
        MirrorLimitsSetting: {
            /** Changed At */
            changed_at?: string | null;
            /** Changed By */
            changed_by?: string | null;
            /**
             * Per Cluster
             * @default 10
             */
            per_cluster: number;
            /**
             * Per Namespace
             * @default 3
             */
            per_namespace: number;
            /** Version */
            version: number;
        };
        /**
         * MirrorPage
         * @description Mirrors, newest first.
         */
        MirrorPage: {
            /** As Of Seq */
            as_of_seq: number;
            /** Items */
            items: components["schemas"]["MirrorRow"][];
            /** Next */
            next: string | null;
        };
        /**
         * MirrorPlan
         * @description What a mirror would be, or why there will be none (`refusals`, every reason).
         *
         *     `manifest` and `diff` (from the failing pod's template to the mirror) are YAML, redacted.
         *     `stripped` names what the copy loses and what follows; `warnings` what it cannot prove or shares
         *     with others; `confirmations` what has to be confirmed first. `dry_run` says what the API server
         *     said, '' where it was not asked. `needs_seconds`: a shorter life gives no verdict.
         */
        MirrorPlan: {
            /**
             * Confirmations
             * @default []
             */
            confirmations: string[];
            /**
             * Diff
             * @default
             */
            diff: string;
            /**
             * Dry Run
             * @default
             */
            dry_run: string;
            /**
             * Manifest
             * @default
             */
            manifest: string;
            /** Namespace */
            namespace: string;
            /**
             * Needs Seconds
             * @default 0
             */
            needs_seconds: number;
            /** Pod */
            pod: string;
            /**
             * Refusals
             * @default []
             */
            refusals: string[];
            /**
             * Service Account
             * @default
             */
            service_account: string;
            /**
             * Stripped
             * @default []
             */
            stripped: string[];
            /**
             * Warnings
             * @default []
             */
            warnings: string[];
        };
        /**
         * MirrorPreview
         * @description What a mirror would be: see MirrorPlan. `fix_id` is what to deploy; None where there is
         *     nothing to deploy: then `manifest` is the pod's as it is, for who wants to edit it, or the
         *     policy says why not. `pod` is an example: each mirror has a name of its own.
         *
         *     `explanation` says why the fix should help. `source` is '' without a fix.
         */
        MirrorPreview: {
            /** Diff */
            diff: string;
            /** Dry Run */
            dry_run: string;
            /** Explanation */
            explanation: string;
            /** Fix Id */
            fix_id: string | null;
            /** Incident Id */
            incident_id: string;
            /** Manifest */
            manifest: string;
            /** Namespace */
            namespace: string;
            /** Needs Seconds */
            needs_seconds: number;
            /** Pod */
            pod: string;
            policy: components["schemas"]["Policy"];
            /** Service Account */
            service_account: string;
            /**
             * Source
             * @enum {string}
             */
            source: "rules" | "edited" | "model" | "";
            /** Stripped */
            stripped: string[];
            /** Title */
            title: string;
            ttl: components["schemas"]["TtlBounds"];
            /** Warnings */
            warnings: string[];
        };
        /**
         * MirrorRow
         * @description One mirror of the list, and an event's summary. Times are the server's.
         */
        MirrorRow: {
            /** Cluster */
            cluster: string;
            /** Created At */
            created_at: string | null;
            /** Expires At */
            expires_at: string | null;
            /** Fix Id */
            fix_id: string;
            /** Gone At */
            gone_at: string | null;
            /** Held Seconds */
            held_seconds: number;
            /** Id */
            id: string;
            /** Incident Id */
            incident_id: string;
            /** Namespace */
            namespace: string;
            /** Needs Seconds */
            needs_seconds: number;
            phase: components["schemas"]["Phase"];
            /** Pod */
            pod: string;
            /**
             * Requested At
             * Format: date-time
             */
            requested_at: string;
            /** Requested By */
            requested_by: string;
            /** Round */
            round: number;
            /** Rounds */
            rounds: number;
            /** Text */
            text: string;
            /** Title */
            title: string;
            verdict: components["schemas"]["Verdict"] | null;
            /** Version */
            version: number;
            /** Workload Kind */
            workload_kind: string;
            /** Workload Name */
            workload_name: string;
        };
        /**
         * MirrorStarted
         * @description The mirror that was asked for; GET /api/mirror/status/{mirror_id} tells of it.
         */
        MirrorStarted: {
            /** Mirror Id */
            mirror_id: string;
        };
        /**
         * MirrorTtlChange
         * @description `version` is the one that the caller saw; 0 where nobody has changed it yet.
         */
        MirrorTtlChange: {
            /** Ttl Seconds */
            ttl_seconds: number;
            /** Version */
            version: number;
        };
        /**
         * MirrorTtlSetting
         * @description `mirror-ttl` as people see it; see RetentionSetting for `version`.
         */
        MirrorTtlSetting: {
            /** Changed At */
            changed_at?: string | null;
            /** Changed By */
            changed_by?: string | null;
            /**
             * Default Seconds
             * @default 300
             */
            default_seconds: number;
            /**
             * Least Seconds
             * @default 30
             */
            least_seconds: number;
            /**
             * Most Seconds
             * @default 3600
             */
            most_seconds: number;
            /**
             * Ttl Seconds
             * @default 300
             */
            ttl_seconds: number;
            /** Version */
            version: number;
        };
        /**
         * ModelAnswer
         * @description What the model found, checked: every reference exists. `confidence` is the model's word.
         */
        ModelAnswer: {
            /** Cause */
            cause: string;
            /**
             * Confidence
             * @enum {string}
             */
            confidence: "high" | "medium" | "low";
            /** Evidence */
            evidence: components["schemas"]["Reference"][];
            fix: components["schemas"]["ModelFix"] | null;
            /** Missing */
            missing: string[];
            /** Ruled Out */
            ruled_out: components["schemas"]["Alternative"][];
            /** Why */
            why: string;
        };
        /**
         * ModelDefault
         * @description A model that a kind is known to have, with its price where that is known.
         */
        ModelDefault: {
            /** Model */
            model: string;
            price: components["schemas"]["Price-Output"] | null;
        };
        /**
         * ModelFix
         * @description What the model proposes, against the top owner's own manifest.
         */
        ModelFix: {
            /** Explanation */
            explanation: string;
            /**
             * Operations
             * @default []
             */
            operations: components["schemas"]["Operation"][];
            /** Risk */
            risk: string;
            /** Title */
            title: string;
        };
        /** ModelTestBody */
        ModelTestBody: {
            /** Provider */
            provider: string;
        };
        /**
         * ModelTested
         * @description What a test call came to. `models` are those that the provider lists, where it has a list;
         *     `error` is what it said where it did not answer.
         */
        ModelTested: {
            /**
             * Error
             * @default
             */
            error: string;
            /** Input Tokens */
            input_tokens?: number | null;
            /** Latency Ms */
            latency_ms?: number | null;
            /**
             * Model
             * @default
             */
            model: string;
            /**
             * Models
             * @default []
             */
            models: string[];
            /** Ok */
            ok: boolean;
            /** Output Tokens */
            output_tokens?: number | null;
            /** Usd */
            usd?: string | null;
        };
        /**
         * ModelsBody
         * @description All providers at once, in the order in which they are asked; `version` is the one that was
         *     read.
         */
        ModelsBody: {
            /**
             * Ask
             * @default unexplained
             * @enum {string}
             */
            ask: "unexplained" | "always" | "on_request";
            /**
             * @default {
             *       "calls": 500,
             *       "usd": "5"
             *     }
             */
            budget: components["schemas"]["Budget-Input"];
            /**
             * Hide Names
             * @default false
             */
            hide_names: boolean;
            /**
             * Outside Namespaces
             * @default []
             */
            outside_namespaces: string[];
            /**
             * Providers
             * @default []
             */
            providers: components["schemas"]["ProviderBody"][];
            /** Version */
            version: number;
        };
        /**
         * ModelsView
         * @description GET /api/admin/llm.
         */
        ModelsView: {
            /**
             * Ask
             * @default unexplained
             * @enum {string}
             */
            ask: "unexplained" | "always" | "on_request";
            /**
             * @default {
             *       "calls": 500,
             *       "usd": "5"
             *     }
             */
            budget: components["schemas"]["Budget-Output"];
            /**
             * Hide Names
             * @default false
             */
            hide_names: boolean;
            /** Kinds */
            kinds: components["schemas"]["KindDefaults"][];
            /**
             * Outside Namespaces
             * @default []
             */
            outside_namespaces: string[];
            /** Providers */
            providers: components["schemas"]["ProviderView"][];
            spent: components["schemas"]["Spent"];
            /** Version */
            version: number;
        };
        /** NamespaceExclusion */
        NamespaceExclusion: {
            /** Cluster */
            cluster: string;
            /**
             * Created At
             * Format: date-time
             */
            created_at: string;
            /** Created By */
            created_by: string;
            /** Expires At */
            expires_at?: string | null;
            /** Id */
            id: string;
            /**
             * Is Expired
             * @default false
             */
            is_expired: boolean;
            /** Last Matched At */
            last_matched_at?: string | null;
            /** Namespace */
            namespace: string;
            /** Reason */
            reason: string;
        };
        /** NamespaceExclusions */
        NamespaceExclusions: {
            /** Items */
            items: components["schemas"]["NamespaceExclusion"][];
        };
        /**
         * NewNamespaceExclusion
         * @description All that fails in the namespaces that match; `_` is what has no namespace.
         */
        NewNamespaceExclusion: {
            /**
             * Cluster
             * @default *
             */
            cluster: string;
            /** Expires At */
            expires_at?: string | null;
            /** Namespace */
            namespace: string;
            /** Reason */
            reason: string;
        };
        /**
         * NewPodExclusion
         * @description What fails where every pattern matches: `workload` is `Kind/name` of the top owner, `pod` the
         *     name of the failing object, `label` one of its labels as `key=value`, `failure_class` what is
         *     wrong with it.
         */
        NewPodExclusion: {
            /**
             * Cluster
             * @default *
             */
            cluster: string;
            /** Expires At */
            expires_at?: string | null;
            /**
             * Failure Class
             * @default *
             */
            failure_class: string;
            /**
             * Label
             * @default *
             */
            label: string;
            /**
             * Namespace
             * @default *
             */
            namespace: string;
            /**
             * Pod
             * @default *
             */
            pod: string;
            /** Reason */
            reason: string;
            /**
             * Workload
             * @default *
             */
            workload: string;
        };
        /**
         * NotificationsBody
         * @description All channels at once; `version` is the one that was read.
         */
        NotificationsBody: {
            /**
             * Channels
             * @default []
             */
            channels: components["schemas"]["ChannelBody"][];
            dead_man?: components["schemas"]["DeadManBody"] | null;
            /** Version */
            version: number;
        };
        /** NotificationsView */
        NotificationsView: {
            /** Channels */
            channels: components["schemas"]["ChannelView"][];
            dead_man: components["schemas"]["DeadManView"] | null;
            /** Version */
            version: number;
        };
        /**
         * OpenPod
         * @description GET /api/agent/open: a pod, or another object, that the API holds to be failing.
         */
        OpenPod: {
            /** Failures */
            failures: components["schemas"]["ReportedFailure"][];
            /**
             * Kind
             * @default Pod
             */
            kind: string;
            /** Name */
            name: string;
            /** Namespace */
            namespace: string;
            /** Uid */
            uid: string;
        };
        /** OpenPods */
        OpenPods: {
            /** Items */
            items: components["schemas"]["OpenPod"][];
        };
        /**
         * Operation
         * @description One step: `op` is add, replace, remove or test; `path` a JSON Pointer (RFC 6901).
         */
        Operation: {
            /** Op */
            op: string;
            /** Path */
            path: string;
            /** Value */
            value?: unknown;
        };
        /**
         * Owner
         * @description The top owner as the agent found it. The worker walks again: a report is a claim.
         */
        Owner: {
            /** Kind */
            kind: string;
            /** Name */
            name: string;
        };
        /** Part */
        Part: {
            /** Detail */
            detail: string;
            /**
             * Name
             * @enum {string}
             */
            name: "postgresql" | "temporal";
            /** Ok */
            ok: boolean;
        };
        /**
         * PartHealth
         * @description One part of Kure. `since` is when it came to be so, as far as it is known: of what was so
         *     before this API process began, when it began.
         */
        PartHealth: {
            /** Detail */
            detail: string;
            /** Name */
            name: string;
            /**
             * Since
             * Format: date-time
             */
            since: string;
            /**
             * State
             * @enum {string}
             */
            state: "ok" | "degraded" | "down";
        };
        /**
         * PasswordBody
         * @description `current` may be empty where the account has no password yet.
         */
        PasswordBody: {
            /**
             * Current
             * @default
             */
            current: string;
            /** Password */
            password: string;
        };
        /**
         * PatchView
         * @description A change of one object that a person may apply: Kure never does. `command` applies it;
         *     `checked` says how far it was tried, '' where it was not.
         */
        PatchView: {
            /** Api Version */
            api_version: string;
            /** Checked */
            checked: string;
            /** Command */
            command: string;
            /** Kind */
            kind: string;
            /** Name */
            name: string;
            /** Namespace */
            namespace: string;
            /** Note */
            note: string;
            /** Operations */
            operations: components["schemas"]["Operation"][];
            /** Recreate */
            recreate: boolean;
        };
        /**
         * Payload
         * @description As proto3 writes it in JSON: `data`, and each value of `metadata`, is base64.
         */
        Payload: {
            /**
             * Data
             * @default
             */
            data: string;
            /**
             * Metadata
             * @default {}
             */
            metadata: {
                [key: string]: string;
            };
        };
        /** Payloads */
        Payloads: {
            /**
             * Payloads
             * @default []
             */
            payloads: components["schemas"]["Payload"][];
        };
        /**
         * Phase
         * @description How far a mirror is. Only moves forward, but for *passed*, which a later restart takes back.
         *     `expiring`: it is being deleted; `gone`: the API server says so, or it never was there.
         * @enum {string}
         */
        Phase: "planned" | "created" | "starting" | "passed" | "failed" | "no_verdict" | "expiring" | "gone";
        /** PodExclusion */
        PodExclusion: {
            /** Cluster */
            cluster: string;
            /**
             * Created At
             * Format: date-time
             */
            created_at: string;
            /** Created By */
            created_by: string;
            /** Expires At */
            expires_at?: string | null;
            /** Failure Class */
            failure_class: string;
            /** Id */
            id: string;
            /**
             * Is Expired
             * @default false
             */
            is_expired: boolean;
            /** Label */
            label: string;
            /** Last Matched At */
            last_matched_at?: string | null;
            /** Namespace */
            namespace: string;
            /** Pod */
            pod: string;
            /** Reason */
            reason: string;
            /** Workload */
            workload: string;
        };
        /** PodExclusions */
        PodExclusions: {
            /** Items */
            items: components["schemas"]["PodExclusion"][];
        };
        /**
         * PodPage
         * @description Pods, those that failed last first; `next` continues the list.
         */
        PodPage: {
            /** As Of Seq */
            as_of_seq: number;
            /** Items */
            items: components["schemas"]["FailedPod"][];
            /** Next */
            next: string | null;
        };
        /**
         * PodReport
         * @description POST /api/pods/healthy and /api/pods/gone. `since` is the object's own time of the change,
         *     where it has one.
         */
        PodReport: {
            /** Cluster */
            cluster?: string | null;
            /**
             * Kind
             * @default Pod
             */
            kind: string;
            /** Name */
            name: string;
            /** Namespace */
            namespace: string;
            /** Since */
            since?: string | null;
            /** Uid */
            uid: string;
        };
        /**
         * PodRow
         * @description A pod of an incident, or another object that failed (`kind`). `state` is failing, healthy or
         *     gone.
         */
        PodRow: {
            /** Failures */
            failures: components["schemas"]["ReportedFailure"][];
            /**
             * First Seen
             * Format: date-time
             */
            first_seen: string;
            /**
             * Kind
             * @default Pod
             */
            kind: string;
            /**
             * Last Seen
             * Format: date-time
             */
            last_seen: string;
            /** Name */
            name: string;
            /** Node */
            node: string;
            /**
             * State
             * @enum {string}
             */
            state: "failing" | "healthy" | "gone";
            /** Uid */
            uid: string;
        };
        /**
         * Policy
         * @description What speaks against a mirror (`refusals`), and what has to be confirmed first.
         */
        Policy: {
            /** Confirmations */
            confirmations: string[];
            /** Refusals */
            refusals: string[];
        };
        /**
         * PreviewBody
         * @description What to test: the first fix of the newest diagnosis that changes the workload itself, else a
         *     model's; or that of a cause, by its place (from 0) or its rule; or a stored fix; or an edited
         *     manifest.
         */
        PreviewBody: {
            /** Cause */
            cause?: number | null;
            /**
             * Empty Volumes
             * @default true
             */
            empty_volumes: boolean;
            /** Fix Id */
            fix_id?: string | null;
            /** Manifest */
            manifest?: string | null;
            /**
             * No Network
             * @default false
             */
            no_network: boolean;
            /** Rule */
            rule?: string | null;
            /** Ttl Seconds */
            ttl_seconds?: number | null;
        };
        /**
         * Price
         * @description US dollars for a million tokens.
         */
        "Price-Input": {
            /** Cached */
            cached: number | string;
            /** Input */
            input: number | string;
            /** Output */
            output: number | string;
        };
        /**
         * Price
         * @description US dollars for a million tokens.
         */
        "Price-Output": {
            /** Cached */
            cached: string;
            /** Input */
            input: string;
            /** Output */
            output: string;
        };
        /**
         * PromptPreview
         * @description GET /api/admin/llm/preview/{incident_id}: exactly what the first call would send, redacted.
         *     `tokens` by the rule of thumb; `asks` names the provider that would be asked, None with the
         *     reason in `why_not`.
         */
        PromptPreview: {
            /** Incident Id */
            incident_id: string;
            /** Provider */
            provider: string | null;
            /** Question */
            question: string;
            /** System */
            system: string;
            /** Tokens */
            tokens: number;
            /** Usd */
            usd: string | null;
            /** Why Not */
            why_not: string;
        };
        /**
         * ProviderBody
         * @description A provider as it is set. `key` and the values of `headers`, left out or as they were shown,
         *     stay what they were; where the address changes they have to be given again.
         */
        ProviderBody: {
            /**
             * At Once
             * @default 4
             */
            at_once: number;
            /** Base Url */
            base_url?: string | null;
            /**
             * Enabled
             * @default true
             */
            enabled: boolean;
            /** Headers */
            headers?: {
                [key: string]: string;
            } | null;
            /** Id */
            id: string;
            /** Key */
            key?: string | null;
            kind: components["schemas"]["ProviderKind"];
            /** Model */
            model: string;
            /**
             * Per Minute
             * @default 60
             */
            per_minute: number;
            /**
             * Place
             * @default outside
             * @enum {string}
             */
            place: "inside" | "outside";
            price?: components["schemas"]["Price-Input"] | null;
            /**
             * Timeout Seconds
             * @default 120
             */
            timeout_seconds: number;
        };
        /**
         * ProviderHealth
         * @description How the provider does, over all workers. `error` is what it said last where the newest call
         *     failed. Figures are of the last 24 hours.
         */
        ProviderHealth: {
            /** @default closed */
            breaker: components["schemas"]["BreakerState"];
            /**
             * Calls
             * @default 0
             */
            calls: number;
            /**
             * Error
             * @default
             */
            error: string;
            /**
             * Failed
             * @default 0
             */
            failed: number;
            /** Failing Since */
            failing_since?: string | null;
            /** Last Answered At */
            last_answered_at?: string | null;
            /** Median Ms */
            median_ms?: number | null;
            /** Open Until */
            open_until?: string | null;
        };
        /**
         * ProviderKind
         * @description Whose protocol and defaults. `compatible` is any URL that speaks OpenAI's chat completions:
         *     vLLM, LiteLLM, Azure.
         * @enum {string}
         */
        ProviderKind: "openai" | "anthropic" | "groq" | "gemini" | "github" | "copilot" | "ollama" | "compatible";
        /**
         * ProviderView
         * @description A provider as it is read. `key` tells only how it ends (`…4f2a`), '' where there is none; the
         *     values of `headers` are masked. `price` and `base_url` are those that hold.
         */
        ProviderView: {
            /**
             * At Once
             * @default 4
             */
            at_once: number;
            /** Base Url */
            base_url?: string | null;
            /**
             * Enabled
             * @default true
             */
            enabled: boolean;
            /** Headers */
            headers: {
                [key: string]: string;
            };
            health: components["schemas"]["ProviderHealth"];
            /** Id */
            id: string;
            /** Key */
            key: string;
            /** Key Set At */
            key_set_at: string | null;
            kind: components["schemas"]["ProviderKind"];
            /** Model */
            model: string;
            /**
             * Per Minute
             * @default 60
             */
            per_minute: number;
            /**
             * Place
             * @default outside
             * @enum {string}
             */
            place: "inside" | "outside";
            price?: components["schemas"]["Price-Output"] | null;
            /**
             * Timeout Seconds
             * @default 120
             */
            timeout_seconds: number;
        };
        /**
         * Quiet
         * @description When a channel keeps silent, each day: HH:MM in `zone`. What still fails when it ends is told
         *     then.
         */
        "Quiet-Input": {
            /**
             * End
             * Format: time
             */
            end: string;
            /**
             * Start
             * Format: time
             */
            start: string;
            /**
             * Zone
             * @default UTC
             */
            zone: string;
        };
        /**
         * Quiet
         * @description When a channel keeps silent, each day: HH:MM in `zone`. What still fails when it ends is told
         *     then.
         */
        "Quiet-Output": {
            /** End */
            end: string;
            /** Start */
            start: string;
            /**
             * Zone
             * @default UTC
             */
            zone: string;
        };
        /** Readiness */
        Readiness: {
            /** Parts */
            parts: components["schemas"]["Part"][];
            /** Ready */
            ready: boolean;
        };
        /**
         * Reference
         * @description A line that supports the cause: `number` is that of the evidence in the question, from 1;
         *     `line` of its text, from 1.
         */
        Reference: {
            /** Evidence Id */
            evidence_id: string;
            /** Line */
            line: number;
            /** Number */
            number: number;
            /** Text */
            text: string;
        };
        /** ReportedFailure */
        ReportedFailure: {
            /**
             * Container
             * @default
             */
            container: string;
            failure_class: components["schemas"]["FailureClass"];
            /**
             * Message
             * @default
             */
            message: string;
            /**
             * Reason
             * @default
             */
            reason: string;
            /**
             * Since
             * Format: date-time
             */
            since: string;
        };
        /**
         * Resolution
         * @description Why an incident was closed.
         * @enum {string}
         */
        Resolution: "recovered" | "gone" | "stopped" | "person" | "excluded";
        /**
         * RetentionChange
         * @description `version` is the one that the caller saw; 0 where nobody has changed it yet.
         */
        RetentionChange: {
            /** Keep Days */
            keep_days: number | "off";
            /** Version */
            version: number;
        };
        /**
         * RetentionSetting
         * @description One setting as people see it. `version` is 0 until somebody has changed it; a change carries
         *     the version that it was made from.
         */
        RetentionSetting: {
            /** Changed At */
            changed_at?: string | null;
            /** Changed By */
            changed_by?: string | null;
            /** Default Days */
            default_days: number | "off";
            /** Keep Days */
            keep_days: number | "off";
            /** Least Days */
            least_days: number;
            /** May Be Off */
            may_be_off: boolean;
            /** Most Days */
            most_days: number;
            /** Name */
            name: string;
            preview?: components["schemas"]["kure__contracts__settings__Preview"] | null;
            /** Since */
            since: string;
            /** Version */
            version: number;
            /** What */
            what: string;
        };
        /**
         * Role
         * @description The right of a person or of a token.
         * @enum {string}
         */
        Role: "read" | "write" | "admin";
        /**
         * RotateBody
         * @description Of which cluster; without one, of our own.
         */
        RotateBody: {
            /**
             * Cluster
             * @default
             */
            cluster: string;
        };
        /**
         * Run
         * @description One workflow, over all its continuations: `id` is the first execution's run id. `workload` is
         *     its incident's, `shop/Deployment web`; `doing` what its newest step is about, in a list.
         */
        Run: {
            /**
             * Doing
             * @default
             */
            doing: string;
            /** Ended At */
            ended_at?: string | null;
            /** Id */
            id: string;
            /** Incident Id */
            incident_id: string | null;
            /**
             * Started At
             * Format: date-time
             */
            started_at: string;
            /**
             * State
             * @enum {string}
             */
            state: "running" | "completed" | "failed" | "cancelled" | "lost";
            /**
             * Steps
             * @default []
             */
            steps: components["schemas"]["Step"][];
            /** Temporal Url */
            temporal_url?: string | null;
            /** Workflow Id */
            workflow_id: string;
            /** Workflow Type */
            workflow_type: string;
            /**
             * Workload
             * @default
             */
            workload: string;
        };
        /**
         * RunPage
         * @description Runs without their steps, newest first; `next` continues the list. `counts` are of the filter
         *     without its state.
         */
        RunPage: {
            /** Counts */
            counts: {
                [key: string]: number;
            };
            /** Items */
            items: components["schemas"]["Run"][];
            /** Next */
            next: string | null;
        };
        /**
         * Session
         * @description A browser that is signed in; `current` is the one that asks.
         */
        Session: {
            /** Address */
            address: string;
            /** Browser */
            browser: string;
            /**
             * Created At
             * Format: date-time
             */
            created_at: string;
            /** Current */
            current: boolean;
            /**
             * Expires At
             * Format: date-time
             */
            expires_at: string;
            /** Id */
            id: string;
            /**
             * Seen At
             * Format: date-time
             */
            seen_at: string;
        };
        /**
         * Severity
         * @description How much of the workload is down.
         * @enum {string}
         */
        Severity: "critical" | "high" | "medium" | "low";
        /** SignInBody */
        SignInBody: {
            /** Name */
            name: string;
            /** Password */
            password: string;
        };
        /**
         * SignUpBody
         * @description A new account: the first admin's with the one-time code, else with an invitation's text.
         */
        SignUpBody: {
            /**
             * Code
             * @default
             */
            code: string;
            /**
             * Invitation
             * @default
             */
            invitation: string;
            /** Name */
            name: string;
            /** Password */
            password: string;
        };
        /**
         * SignedOut
         * @description `provider_url` is where the browser goes next: the identity provider's page that ends its
         *     session there.
         */
        SignedOut: {
            /** Provider Url */
            provider_url: string;
        };
        /**
         * Spent
         * @description What was asked since midnight UTC. A call that was lost counts what it may have cost.
         */
        Spent: {
            /** Calls */
            calls: number;
            /** Usd */
            usd: string;
        };
        /**
         * Status
         * @description `regressed` is an open incident that had been resolved before; `merged` one whose workload
         *     belongs to another, in whose incident all of it is now.
         * @enum {string}
         */
        Status: "open" | "regressed" | "ignored" | "resolved" | "merged";
        /**
         * Step
         * @description One attempt of one step. `step` is unique in the run; `name` is the activity's; `summary` is
         *     in plain words.
         */
        Step: {
            /** Attempt */
            attempt: number;
            /** Ended At */
            ended_at?: string | null;
            /** Error */
            error?: string | null;
            /** Name */
            name: string;
            /** Next Retry At */
            next_retry_at?: string | null;
            /**
             * Started At
             * Format: date-time
             */
            started_at: string;
            state: components["schemas"]["StepState"];
            /** Step */
            step: string;
            /** Summary */
            summary: string;
        };
        /**
         * StepState
         * @description Only moves forward. `lost`: a worker died on that attempt; a later attempt took over.
         * @enum {string}
         */
        StepState: "waiting" | "running" | "retrying" | "done" | "failed" | "lost";
        /** TestBody */
        TestBody: {
            /** Channel */
            channel: string;
        };
        /**
         * Tested
         * @description Whether the receiver took the test message; `detail` is what it said where not.
         */
        Tested: {
            /**
             * Detail
             * @default
             */
            detail: string;
            /** Ok */
            ok: boolean;
        };
        /**
         * TimelineEntry
         * @description One thing that happened: `opened`, `regressed`, `diagnosed`, `acknowledged`, `ignored`,
         *     `restored`, `resolved`, …
         */
        TimelineEntry: {
            /**
             * At
             * Format: date-time
             */
            at: string;
            /** By */
            by?: string | null;
            /**
             * Text
             * @default
             */
            text: string;
            /** What */
            what: string;
        };
        /**
         * TokenBody
         * @description A token may do no more than its owner, in any case.
         */
        TokenBody: {
            /**
             * Expires At
             * Format: date-time
             */
            expires_at: string;
            /** Name */
            name: string;
            /** @default read */
            role: components["schemas"]["Role"];
            /**
             * Scopes
             * @default [
             *       "*\/*"
             *     ]
             */
            scopes: string[];
        };
        /** TokenList */
        TokenList: {
            /** Items */
            items: components["schemas"]["ApiToken"][];
        };
        /**
         * TtlBounds
         * @description How long a mirror may live, in seconds, and how long it does where nobody says.
         */
        TtlBounds: {
            /** Default */
            default: number;
            /**
             * Least
             * @default 30
             */
            least: number;
            /**
             * Most
             * @default 3600
             */
            most: number;
        };
        /**
         * User
         * @description An account. `local` ones sign in with a password, others through the identity provider.
         */
        User: {
            /**
             * Created At
             * Format: date-time
             */
            created_at: string;
            /** Id */
            id: string;
            /** Local */
            local: boolean;
            /** Name */
            name: string;
            role: components["schemas"]["Role"];
            /** Scopes */
            scopes: string[];
            /** Signed In At */
            signed_in_at: string | null;
            /** Version */
            version: number;
        };
        /** UserList */
        UserList: {
            /** Items */
            items: components["schemas"]["User"][];
        };
        /** ValidationError */
        ValidationError: {
            /** Context */
            ctx?: Record<string, never>;
            /** Input */
            input?: unknown;
            /** Location */
            loc: (string | number)[];
            /** Message */
            msg: string;
            /** Error Type */
            type: string;
        };
        /**
         * Verdict
         * @description What a mirror showed. `none`: it proves nothing, and its text says why.
         * @enum {string}
         */
        Verdict: "passed" | "failed" | "none";
        /**
         * View
         * @description A saved view of one's own.
         */
        View: {
            /**
             * Created At
             * Format: date-time
             */
            created_at: string;
            /** Id */
            id: string;
            /** Name */
            name: string;
            /** Query */
            query: string;
        };
        /**
         * ViewBody
         * @description A view to be saved. `query` is the list's filter as its address has it (`status=open&q=web`);
         *     what is in it is checked when it is used. One of the same name takes the place of the one
         *     before.
         */
        ViewBody: {
            /** Name */
            name: string;
            /** Query */
            query: string;
        };
        /** ViewList */
        ViewList: {
            /** Items */
            items: components["schemas"]["View"][];
        };
        /**
         * Watching
         * @description Who watches. Where `live` is false, that nothing is reported says nothing; nor does it of the
         *     nodes in `unwatched`. `nodes_total` counts the nodes that the leading agents have named.
         */
        Watching: {
            /** Agents */
            agents: components["schemas"]["Agent"][];
            /** Last Seen */
            last_seen: string | null;
            /** Live */
            live: boolean;
            /** Nodes Total */
            nodes_total: number;
            /** Unwatched */
            unwatched: components["schemas"]["api__routers__config__UnwatchedNode"][];
        };
        /**
         * UnwatchedNode
         * @description A node whose failures nobody would see, and since when.
         */
        api__routers__config__UnwatchedNode: {
            /** Cluster */
            cluster: string;
            /** Node */
            node: string;
            /**
             * Since
             * Format: date-time
             */
            since: string;
        };
        /**
         * UnwatchedNode
         * @description A node without a live agent.
         */
        api__routers__health__UnwatchedNode: {
            /** Cluster */
            cluster: string;
            /** Node */
            node: string;
            /**
             * Since
             * Format: date-time
             */
            since: string;
        };
        /**
         * Preview
         * @description What an exclusion would close now: incidents that are open, and `workloads`, the first fifty
         *     of theirs as `namespace/Kind/name`.
         */
        kure__contracts__exclusions__Preview: {
            /** Incidents */
            incidents: number;
            /** Workloads */
            workloads: string[];
        };
        /**
         * Preview
         * @description What would go, and since when the oldest of it is there.
         */
        kure__contracts__settings__Preview: {
            /** Count */
            count: number;
            /** Keep Days */
            keep_days: number | "off";
            /** Oldest */
            oldest: string | null;
        };
    };
    responses: never;
    parameters: never;
    requestBodies: never;
    headers: never;
    pathItems: never;
}
export type $defs = Record<string, never>;
export interface operations {
    read_audit_api_admin_audit_get: {
        parameters: {
            query?: {
                actor?: string[];
                action?: string[];
                outcome?: ("done" | "refused")[];
                target?: string;
                since?: string | null;
                until?: string | null;
                limit?: number;
                after?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["AuditPage"];
                };
            };
            /** @description Validation Error */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["HTTPValidationError"];
                };
            };
        };
    };
    decode_api_admin_codec_decode_post: {
        parameters: {
            query?: never;
            header?: {
                "X-Namespace"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["Payloads"];
            };
        };
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Payloads"];
                };
            };
            /** @description Validation Error */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["HTTPValidationError"];
                };
            };
        };
    };
    encode_api_admin_codec_encode_post: {
        parameters: {
            query?: never;
            header?: {
                "X-Namespace"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["Payloads"];
            };
        };
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Payloads"];
                };
            };
            /** @description Validation Error */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["HTTPValidationError"];
                };
            };
        };
    };
    list_excluded_namespaces_api_admin_excluded_namespaces_get: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["NamespaceExclusions"];
                };
            };
        };
    };
    exclude_namespaces_api_admin_excluded_namespaces_post: {
        parameters: {
            query?: {
                /** @description Tell what it would close now */
                preview?: boolean;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["NewNamespaceExclusion"];
            };
        };
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["kure__contracts__exclusions__Preview"];
                };
            };
            /** @description Successful Response */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["NamespaceExclusion"] | components["schemas"]["kure__contracts__exclusions__Preview"];
                };
            };
            /** @description Validation Error */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["HTTPValidationError"];
                };
            };
        };
    };
    include_namespaces_api_admin_excluded_namespaces__exclusion_id__delete: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                exclusion_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description Validation Error */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["HTTPValidationError"];
                };
            };
        };
    };
    list_excluded_pods_api_admin_excluded_pods_get: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["PodExclusions"];
                };
            };
        };
    };
    exclude_pods_api_admin_excluded_pods_post: {
        parameters: {
            query?: {
                /** @description Tell what it would close now */
                preview?: boolean;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["NewPodExclusion"];
            };
        };
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["kure__contracts__exclusions__Preview"];
                };
            };
            /** @description Successful Response */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["PodExclusion"] | components["schemas"]["kure__contracts__exclusions__Preview"];
                };
            };
            /** @description Validation Error */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["HTTPValidationError"];
                };
            };
        };
    };
    include_pods_api_admin_excluded_pods__exclusion_id__delete: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                exclusion_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description Validation Error */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["HTTPValidationError"];
                };
            };
        };
    };
    read_health_api_admin_health_get: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Health"];
                };
            };
        };
    };
    list_invitations_api_admin_invitations_get: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["InvitationList"];
                };
            };
        };
    };
    invite_api_admin_invitations_post: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["InvitationBody"];
            };
        };
        responses: {
            /** @description Successful Response */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["MadeInvitation"];
                };
            };
            /** @description Validation Error */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["HTTPValidationError"];
                };
            };
        };
    };
    withdraw_invitation_api_admin_invitations__invitation_id__delete: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                invitation_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description Validation Error */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["HTTPValidationError"];
                };
            };
        };
    };
    read_models_api_admin_llm_get: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ModelsView"];
                };
            };
        };
    };
    change_models_api_admin_llm_put: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["ModelsBody"];
            };
        };
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ModelsView"];
                };
            };
            /** @description Validation Error */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["HTTPValidationError"];
                };
            };
        };
    };
    preview_prompt_api_admin_llm_preview__incident_id__get: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                incident_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["PromptPreview"];
                };
            };
            /** @description Validation Error */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["HTTPValidationError"];
                };
            };
        };
    };
    test_model_api_admin_llm_test_post: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["ModelTestBody"];
            };
        };
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ModelTested"];
                };
            };
            /** @description Validation Error */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["HTTPValidationError"];
                };
            };
        };
    };
    read_notifications_api_admin_notifications_get: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["NotificationsView"];
                };
            };
        };
    };
    change_notifications_api_admin_notifications_put: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["NotificationsBody"];
            };
        };
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["NotificationsView"];
                };
            };
            /** @description Validation Error */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["HTTPValidationError"];
                };
            };
        };
    };
    test_notifications_api_admin_notifications_test_post: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["TestBody"];
            };
        };
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Tested"];
                };
            };
            /** @description Validation Error */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["HTTPValidationError"];
                };
            };
        };
    };
    rotate_service_token_api_admin_service_token_rotate_post: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["RotateBody"];
            };
        };
        responses: {
            /** @description Successful Response */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["MadeServiceToken"];
                };
            };
            /** @description Validation Error */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["HTTPValidationError"];
                };
            };
        };
    };
    read_audit_retention_api_admin_settings_audit_retention_get: {
        parameters: {
            query?: {
                /** @description what would go if so many days were kept, or "off" */
                preview?: number | "off" | null;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["RetentionSetting"];
                };
            };
            /** @description Validation Error */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["HTTPValidationError"];
                };
            };
        };
    };
    change_audit_retention_api_admin_settings_audit_retention_put: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["RetentionChange"];
            };
        };
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["RetentionSetting"];
                };
            };
            /** @description Validation Error */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["HTTPValidationError"];
                };
            };
        };
    };
    read_event_retention_api_admin_settings_event_retention_get: {
        parameters: {
            query?: {
                /** @description what would go if so many days were kept, or "off" */
                preview?: number | "off" | null;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["RetentionSetting"];
                };
            };
            /** @description Validation Error */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["HTTPValidationError"];
                };
            };
        };
    };
    change_event_retention_api_admin_settings_event_retention_put: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["RetentionChange"];
            };
        };
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["RetentionSetting"];
                };
            };
            /** @description Validation Error */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["HTTPValidationError"];
                };
            };
        };
    };
    read_evidence_retention_api_admin_settings_evidence_retention_get: {
        parameters: {
            query?: {
                /** @description what would go if so many days were kept, or "off" */
                preview?: number | "off" | null;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["RetentionSetting"];
                };
            };
            /** @description Validation Error */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["HTTPValidationError"];
                };
            };
        };
    };
    change_evidence_retention_api_admin_settings_evidence_retention_put: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["RetentionChange"];
            };
        };
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["RetentionSetting"];
                };
            };
            /** @description Validation Error */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["HTTPValidationError"];
                };
            };
        };
    };
    read_history_retention_api_admin_settings_history_retention_get: {
        parameters: {
            query?: {
                /** @description what would go if so many days were kept, or "off" */
                preview?: number | "off" | null;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["RetentionSetting"];
                };
            };
            /** @description Validation Error */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["HTTPValidationError"];
                };
            };
        };
    };
    change_history_retention_api_admin_settings_history_retention_put: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["RetentionChange"];
            };
        };
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["RetentionSetting"];
                };
            };
            /** @description Validation Error */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["HTTPValidationError"];
                };
            };
        };
    };
    read_ignored_retention_api_admin_settings_ignored_retention_get: {
        parameters: {
            query?: {
                /** @description what would go if so many days were kept, or "off" */
                preview?: number | "off" | null;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["RetentionSetting"];
                };
            };
            /** @description Validation Error */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["HTTPValidationError"];
                };
            };
        };
    };
    change_ignored_retention_api_admin_settings_ignored_retention_put: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["RetentionChange"];
            };
        };
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["RetentionSetting"];
                };
            };
            /** @description Validation Error */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["HTTPValidationError"];
                };
            };
        };
    };
    read_mirror_limits_api_admin_settings_mirror_limits_get: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["MirrorLimitsSetting"];
                };
            };
        };
    };
    change_mirror_limits_api_admin_settings_mirror_limits_put: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["MirrorLimitsChange"];
            };
        };
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["MirrorLimitsSetting"];
                };
            };
            /** @description Validation Error */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["HTTPValidationError"];
                };
            };
        };
    };
    read_mirror_ttl_api_admin_settings_mirror_ttl_get: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["MirrorTtlSetting"];
                };
            };
        };
    };
    change_mirror_ttl_api_admin_settings_mirror_ttl_put: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["MirrorTtlChange"];
            };
        };
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["MirrorTtlSetting"];
                };
            };
            /** @description Validation Error */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["HTTPValidationError"];
                };
            };
        };
    };
    read_run_retention_api_admin_settings_run_retention_get: {
        parameters: {
            query?: {
                /** @description what would go if so many days were kept, or "off" */
                preview?: number | "off" | null;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["RetentionSetting"];
                };
            };
            /** @description Validation Error */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["HTTPValidationError"];
                };
            };
        };
    };
    change_run_retention_api_admin_settings_run_retention_put: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["RetentionChange"];
            };
        };
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["RetentionSetting"];
                };
            };
            /** @description Validation Error */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["HTTPValidationError"];
                };
            };
        };
    };
    list_users_api_admin_users_get: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["UserList"];
                };
            };
        };
    };
    change_user_api_admin_users__user_id__put: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                user_id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["Grant"];
            };
        };
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["User"];
                };
            };
            /** @description Validation Error */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["HTTPValidationError"];
                };
            };
        };
    };
    remove_user_api_admin_users__user_id__delete: {
        parameters: {
            query: {
                version: number;
            };
            header?: never;
            path: {
                user_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description Validation Error */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["HTTPValidationError"];
                };
            };
        };
    };
    agent_config_api_agent_config_get: {
        parameters: {
            query?: {
                wait?: number;
            };
            header?: {
                "if-none-match"?: string | null;
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["AgentConfig"];
                };
            };
            /** @description Not Modified */
            304: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description Validation Error */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["HTTPValidationError"];
                };
            };
        };
    };
    store_evidence_api_agent_evidence_put: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["CapturedEvidence"];
            };
        };
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["EvidenceStored"];
                };
            };
            /** @description Validation Error */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["HTTPValidationError"];
                };
            };
        };
    };
    heartbeat_api_agent_heartbeat_post: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["Heartbeat"];
            };
        };
        responses: {
            /** @description Successful Response */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description Validation Error */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["HTTPValidationError"];
                };
            };
        };
    };
    open_pods_api_agent_open_get: {
        parameters: {
            query?: {
                node?: string;
                scope?: ("all" | "node" | "rest") | null;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["OpenPods"];
                };
            };
            /** @description Validation Error */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["HTTPValidationError"];
                };
            };
        };
    };
    use_code_api_auth_code_post: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["CodeBody"];
            };
        };
        responses: {
            /** @description Successful Response */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description Validation Error */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["HTTPValidationError"];
                };
            };
        };
    };
    login_api_auth_login_post: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["SignInBody"];
            };
        };
        responses: {
            /** @description Successful Response */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description Validation Error */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["HTTPValidationError"];
                };
            };
        };
    };
    logout_api_auth_logout_post: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["SignedOut"] | null;
                };
            };
            /** @description Signed out; nothing follows */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
        };
    };
    me_api_auth_me_get: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Me"];
                };
            };
        };
    };
    callback_api_auth_oidc_callback_get: {
        parameters: {
            query?: {
                code?: string;
                state?: string;
                iss?: string;
                error?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            303: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description Validation Error */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["HTTPValidationError"];
                };
            };
        };
    };
    start_api_auth_oidc_start_get: {
        parameters: {
            query?: {
                next?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            303: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description Validation Error */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["HTTPValidationError"];
                };
            };
        };
    };
    change_password_api_auth_password_post: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["PasswordBody"];
            };
        };
        responses: {
            /** @description Successful Response */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description Validation Error */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["HTTPValidationError"];
                };
            };
        };
    };
    end_sessions_api_auth_sessions_delete: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["SignedOut"] | null;
                };
            };
            /** @description Signed out; nothing follows */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
        };
    };
    end_session_api_auth_sessions__session_id__delete: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                session_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description Validation Error */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["HTTPValidationError"];
                };
            };
        };
    };
    sign_up_api_auth_signup_post: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["SignUpBody"];
            };
        };
        responses: {
            /** @description Successful Response */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description Validation Error */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["HTTPValidationError"];
                };
            };
        };
    };
    status_api_auth_status_get: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["AuthStatus"];
                };
            };
        };
    };
    list_tokens_api_auth_tokens_get: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["TokenList"];
                };
            };
        };
    };
    make_token_api_auth_tokens_post: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["TokenBody"];
            };
        };
        responses: {
            /** @description Successful Response */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["MadeToken"];
                };
            };
            /** @description Validation Error */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["HTTPValidationError"];
                };
            };
        };
    };
    end_token_api_auth_tokens__token_id__delete: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                token_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description Validation Error */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["HTTPValidationError"];
                };
            };
        };
    };
    config_api_config_get: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Config"];
                };
            };
        };
    };
    events_api_events_get: {
        parameters: {
            query?: {
                since?: number | null;
            };
            header?: {
                "last-event-id"?: number | null;
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description Validation Error */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["HTTPValidationError"];
                };
            };
        };
    };
    list_incidents_api_incidents_get: {
        parameters: {
            query?: {
                status?: components["schemas"]["Status"][];
                cluster?: string[];
                namespace?: string[];
                kind?: string[];
                workload?: string[];
                class?: components["schemas"]["FailureClass"][];
                severity?: components["schemas"]["Severity"][];
                since?: string | null;
                q?: string;
                folded_into?: string | null;
                flat?: boolean;
                sort?: "attention" | "last_seen" | "first_seen";
                limit?: number;
                after?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["IncidentPage"];
                };
            };
            /** @description Validation Error */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["HTTPValidationError"];
                };
            };
        };
    };
    change_many_api_incidents_bulk_post: {
        parameters: {
            query?: never;
            header?: {
                "Idempotency-Key"?: string | null;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["BulkBody"];
            };
        };
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["BulkAnswer"];
                };
            };
            /** @description Validation Error */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["HTTPValidationError"];
                };
            };
        };
    };
    fix_loop_api_incidents__id__fix_loop_post: {
        parameters: {
            query?: never;
            header?: {
                "Idempotency-Key"?: string | null;
            };
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["FixLoopBody"];
            };
        };
        responses: {
            /** @description Successful Response */
            202: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["MirrorStarted"];
                };
            };
            /** @description Validation Error */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["HTTPValidationError"];
                };
            };
        };
    };
    read_incident_api_incidents__incident_id__get: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                incident_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["IncidentDetail"];
                };
            };
            /** @description Validation Error */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["HTTPValidationError"];
                };
            };
        };
    };
    delete_incident_api_incidents__incident_id__delete: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                incident_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description Validation Error */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["HTTPValidationError"];
                };
            };
        };
    };
    acknowledge_api_incidents__incident_id__acknowledge_post: {
        parameters: {
            query?: never;
            header?: {
                "Idempotency-Key"?: string | null;
            };
            path: {
                incident_id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["ChangeBody"];
            };
        };
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Changed"];
                };
            };
            /** @description Validation Error */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["HTTPValidationError"];
                };
            };
        };
    };
    list_evidence_api_incidents__incident_id__evidence_get: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                incident_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["EvidenceList"];
                };
            };
            /** @description Validation Error */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["HTTPValidationError"];
                };
            };
        };
    };
    read_evidence_api_incidents__incident_id__evidence__evidence_id__get: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                incident_id: string;
                evidence_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["EvidenceItem"];
                };
            };
            /** @description Not Modified */
            304: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description Validation Error */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["HTTPValidationError"];
                };
            };
        };
    };
    give_feedback_api_incidents__incident_id__feedback_post: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                incident_id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["FeedbackBody"];
            };
        };
        responses: {
            /** @description Successful Response */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description Validation Error */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["HTTPValidationError"];
                };
            };
        };
    };
    read_fix_api_incidents__incident_id__fixes__fix_id__get: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                incident_id: string;
                fix_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["FixDetail"];
                };
            };
            /** @description Validation Error */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["HTTPValidationError"];
                };
            };
        };
    };
    ignore_api_incidents__incident_id__ignore_post: {
        parameters: {
            query?: never;
            header?: {
                "Idempotency-Key"?: string | null;
            };
            path: {
                incident_id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["IgnoreBody"];
            };
        };
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Changed"];
                };
            };
            /** @description Validation Error */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["HTTPValidationError"];
                };
            };
        };
    };
    investigate_api_incidents__incident_id__investigate_post: {
        parameters: {
            query?: never;
            header?: {
                "Idempotency-Key"?: string | null;
            };
            path: {
                incident_id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["ChangeBody"];
            };
        };
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Changed"];
                };
            };
            /** @description Validation Error */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["HTTPValidationError"];
                };
            };
        };
    };
    resolve_api_incidents__incident_id__resolve_post: {
        parameters: {
            query?: never;
            header?: {
                "Idempotency-Key"?: string | null;
            };
            path: {
                incident_id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["ChangeBody"];
            };
        };
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Changed"];
                };
            };
            /** @description Validation Error */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["HTTPValidationError"];
                };
            };
        };
    };
    restore_api_incidents__incident_id__restore_post: {
        parameters: {
            query?: never;
            header?: {
                "Idempotency-Key"?: string | null;
            };
            path: {
                incident_id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["ChangeBody"];
            };
        };
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Changed"];
                };
            };
            /** @description Validation Error */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["HTTPValidationError"];
                };
            };
        };
    };
    retry_api_incidents__incident_id__retry_post: {
        parameters: {
            query?: never;
            header?: {
                "Idempotency-Key"?: string | null;
            };
            path: {
                incident_id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["ChangeBody"];
            };
        };
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Changed"];
                };
            };
            /** @description Validation Error */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["HTTPValidationError"];
                };
            };
        };
    };
    list_mirrors_api_mirror_get: {
        parameters: {
            query?: {
                incident?: string | null;
                limit?: number;
                after?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["MirrorPage"];
                };
            };
            /** @description Validation Error */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["HTTPValidationError"];
                };
            };
        };
    };
    list_active_api_mirror_active_get: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["MirrorPage"];
                };
            };
        };
    };
    deploy_api_mirror_deploy__id__post: {
        parameters: {
            query?: never;
            header?: {
                "Idempotency-Key"?: string | null;
            };
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["DeployBody"];
            };
        };
        responses: {
            /** @description Successful Response */
            202: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["MirrorStarted"];
                };
            };
            /** @description Validation Error */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["HTTPValidationError"];
                };
            };
        };
    };
    preview_api_mirror_preview__id__post: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["PreviewBody"];
            };
        };
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["MirrorPreview"];
                };
            };
            /** @description Validation Error */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["HTTPValidationError"];
                };
            };
        };
    };
    read_mirror_api_mirror_status__mirror_id__get: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                mirror_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["MirrorDetail"];
                };
            };
            /** @description Validation Error */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["HTTPValidationError"];
                };
            };
        };
    };
    end_api_mirror__mirror_id__delete: {
        parameters: {
            query?: never;
            header?: {
                "Idempotency-Key"?: string | null;
            };
            path: {
                mirror_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            202: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["MirrorStarted"];
                };
            };
            /** @description Validation Error */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["HTTPValidationError"];
                };
            };
        };
    };
    extend_api_mirror__mirror_id__extend_post: {
        parameters: {
            query?: never;
            header?: {
                "Idempotency-Key"?: string | null;
            };
            path: {
                mirror_id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["ExtendBody"];
            };
        };
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Extended"];
                };
            };
            /** @description Validation Error */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["HTTPValidationError"];
                };
            };
        };
    };
    list_failed_pods_api_pods_failed_get: {
        parameters: {
            query?: {
                limit?: number;
                after?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["PodPage"];
                };
            };
            /** @description Validation Error */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["HTTPValidationError"];
                };
            };
        };
    };
    report_failed_api_pods_failed_post: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["FailedReport"];
            };
        };
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Accepted"];
                };
            };
            /** @description Successful Response */
            202: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Accepted"];
                };
            };
            /** @description Validation Error */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["HTTPValidationError"];
                };
            };
        };
    };
    report_gone_api_pods_gone_post: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["PodReport"];
            };
        };
        responses: {
            /** @description Successful Response */
            202: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Accepted"];
                };
            };
            /** @description Validation Error */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["HTTPValidationError"];
                };
            };
        };
    };
    report_healthy_api_pods_healthy_post: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["PodReport"];
            };
        };
        responses: {
            /** @description Successful Response */
            202: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Accepted"];
                };
            };
            /** @description Validation Error */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["HTTPValidationError"];
                };
            };
        };
    };
    list_resolved_pods_api_pods_history_get: {
        parameters: {
            query?: {
                limit?: number;
                after?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["PodPage"];
                };
            };
            /** @description Validation Error */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["HTTPValidationError"];
                };
            };
        };
    };
    list_ignored_pods_api_pods_ignored_get: {
        parameters: {
            query?: {
                limit?: number;
                after?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["PodPage"];
                };
            };
            /** @description Validation Error */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["HTTPValidationError"];
                };
            };
        };
    };
    list_runs_api_runs_get: {
        parameters: {
            query?: {
                state?: ("running" | "completed" | "failed" | "cancelled" | "lost")[];
                type?: string[];
                incident_id?: string | null;
                limit?: number;
                after?: string | null;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["RunPage"];
                };
            };
            /** @description Validation Error */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["HTTPValidationError"];
                };
            };
        };
    };
    read_run_api_runs__run_id__get: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                run_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Run"];
                };
            };
            /** @description Validation Error */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["HTTPValidationError"];
                };
            };
        };
    };
    cancel_run_api_runs__run_id__cancel_post: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                run_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            202: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": unknown;
                };
            };
            /** @description Validation Error */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["HTTPValidationError"];
                };
            };
        };
    };
    find_api_search_get: {
        parameters: {
            query: {
                q: string;
                limit?: number;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Hits"];
                };
            };
            /** @description Validation Error */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["HTTPValidationError"];
                };
            };
        };
    };
    list_views_api_views_get: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ViewList"];
                };
            };
        };
    };
    save_view_api_views_post: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["ViewBody"];
            };
        };
        responses: {
            /** @description Successful Response */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["View"];
                };
            };
            /** @description Validation Error */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["HTTPValidationError"];
                };
            };
        };
    };
    delete_view_api_views__view_id__delete: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                view_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description Validation Error */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["HTTPValidationError"];
                };
            };
        };
    };
    alive_healthz_get: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        [key: string]: string;
                    };
                };
            };
        };
    };
    ready_readyz_get: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Readiness"];
                };
            };
            /** @description Service Unavailable */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Readiness"];
                };
            };
        };
    };
}
