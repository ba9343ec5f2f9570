"""What curators do: compose and issue, answer what is asked, take in what strangers send by form."""
