"""GOV.UK Notify: text messages, and mail where there is no mail server of one's own."""
